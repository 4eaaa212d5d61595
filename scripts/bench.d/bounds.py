"""What the figures must be, and whether they are. Only what was measured in this run is here."""

import statistics

from pushes import Pushes
from runners import Runners
from sends import Sends
from serves import Served
from systems import System
from tickets import Saves
from timing import Case, Figure, added

MILLISECONDS = 8.0
MILLISECONDS_SERVED = 6.0
MILLISECONDS_OF_SYSTEMS = 10.0
MILLISECONDS_OF_SAVES = 10.0
MILLISECONDS_OF_STEPS = 50.0
PYTHON_HOOK = 15.0
PYTHON_SEND = 30.0
BARE_SEND = 2.0
BINARY = 25e6
IDLE_KB = 15_000
REPLIES = 15.0
FIRST_REPLY = 10.0
THOUSAND_KB = 150_000
CALLS = 30.0
CALLS_WITH_REQUESTS = 15.0
CALL_P99 = 10.0
SERVER_KB = 40_000


def bounds(
    pushes: list[Pushes], faults: list[Pushes], systems: list[System], saves: list[Saves], steps: list[Case],
    both: list[Sends], runners: Runners, serves: dict[str, Served], requests: dict[str, list[str]], messages: int, binary: int,
    idle_kb: int,
) -> list[tuple[str, str, str, bool]]:
    """What, the bound, what was measured, and whether it holds."""
    rows = []

    def at_most(what: str, bound: float, value: float, unit: str) -> None:
        rows.append((what, f"at most {bound:g} {unit}", f"{value:.1f} {unit}", value <= bound))

    def at_least(what: str, bound: float, value: float) -> None:
        rows.append((what, f"at least {bound:g} times", f"{value:.1f} times", value >= bound))

    one = pushes[0]
    served = next(case for case in one.others if "`outbox run`" in case.name)
    at_most("added to a push of 1 commit", MILLISECONDS, more(one.zulipkit, one), "ms")
    at_most("the same with `outbox run` active", MILLISECONDS_SERVED, more(served, one), "ms")
    at_least("the Python hook adds to it", PYTHON_HOOK, more(one.python, one) / more(one.zulipkit, one))
    for fault in faults:
        at_most(f"added to a push, {fault.title}", MILLISECONDS, more(fault.zulipkit, fault), "ms")
    for system in systems:
        beyond = Figure.of(added(system.zulipkit, system.own)).median
        at_most(f"added to {system.title} beyond its own command", MILLISECONDS_OF_SYSTEMS, beyond, "ms")
    for saved in saves:
        none, zulipkit, _ = saved.cases
        at_most(f"added to saving a ticket: {lower(saved.title)}", MILLISECONDS_OF_SAVES,
                Figure.of(added(zulipkit, none)).median, "ms")
    for step in steps:
        at_most(f"a step of a build: {step.name}", MILLISECONDS_OF_STEPS, Figure.of(step.samples).median, "ms")
    for protocol in both:
        base = Figure.of(protocol.zulipkit.samples).median
        at_least(f"`zulip-send` against `zulipkit send`, {protocol.protocol}", PYTHON_SEND,
                 Figure.of(protocol.python.samples).median / base)
        at_most(f"`zulipkit send` against bare Rust, {protocol.protocol}", BARE_SEND,
                base / Figure.of(protocol.floor.samples).median, "times")
    # With one event an answer each waits for the poll before it, and nothing is in flight beside it.
    ours, theirs = runners.replies[100].values()
    at_least("replies a second against `zulip-run-bot`, 16 in flight", REPLIES,
             statistics.median(ours) / statistics.median(theirs))
    at_most("start of a bot to its first reply", FIRST_REPLY, statistics.median(next(iter(runners.starts.values()))), "ms")
    at_most("a thousand bots", THOUSAND_KB / 1000, runners.thousand_kb / 1000, "MB")
    at_most("a thousand bots over HTTPS", THOUSAND_KB / 1000, runners.thousand_https_kb / 1000, "MB")
    in_answer, _, by_api, _, theirs, _ = serves.values()
    rate = statistics.median(theirs.rates)
    at_least("calls a second against `zulip-botserver`, replies in the answer", CALLS, statistics.median(in_answer.rates) / rate)
    at_least("the same with two requests for each", CALLS_WITH_REQUESTS, statistics.median(by_api.rates) / rate)
    at_most("99th percentile of these calls", CALL_P99, statistics.median(in_answer.p99), "ms")
    at_most("memory of the bot server meanwhile", SERVER_KB / 1000, in_answer.resident_kb / 1000, "MB")
    for name, all_of_it in requests.items():
        if "zulipkit" in name:
            at_most(f"requests a message, {name}", 1, len(all_of_it) / messages, "requests")
    at_most("the release binary", BINARY / 1e6, binary / 1e6, "MB")
    at_most("`outbox run` with nothing to do", IDLE_KB / 1000, idle_kb / 1000, "MB")
    return rows


def lower(title: str) -> str:
    return title[0].lower() + title[1:]


def more(case: Case, one: Pushes) -> float:
    return Figure.of(added(case, one.none)).median
