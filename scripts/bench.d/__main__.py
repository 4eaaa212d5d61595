"""scripts/bench calls this; the bench's own options are `--quick` and `--json FILE`."""

import argparse
import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import costs
import report
import steps
import systems
import tickets
from bounds import bounds
from pushes import Hooks, Pushes
from runners import Runners, time_runners
from sends import CHANNEL, Sends, time_sends
from serves import Served, time_servers
from systems import System, time_systems
from tickets import Saves, time_saves
from timing import Case
from world import World, until


@dataclass
class Results:
    """All that one run finds."""

    pushes: list[Pushes]
    faults: list[Pushes]
    systems: list[System]
    saves: list[Saves]
    steps: list[Case]
    # For each fault and tool: how many notices arrived, of how many.
    arrived: dict[str, dict[str, tuple[int, int]]]
    sends: list[Sends]
    runners: Runners
    # By the name of the bot server.
    serves: dict[str, Served]
    requests: dict[str, list[str]]
    peak_kb: dict[str, int]
    # Resident memory, and its peak, of `outbox run`.
    run_kb: dict[str, tuple[int, int]]
    sizes: dict[str, int]


def main() -> None:
    options = arguments()
    load = os.getloadavg()[0]
    world = World(options.zulipkit, options.folder, [CHANNEL, systems.CHANNEL, tickets.CHANNEL, steps.CHANNEL, *Hooks.CHANNELS])
    hooks = Hooks(world, options.venv)
    try:
        compared = report.versions(world, options.venv)
        results = measure(options, world, hooks)
    finally:
        hooks.close()
        world.close()
    report.print_head(load, options.quick, compared)
    show(results)
    if options.json:
        options.json.write_text(json.dumps(
            everything(results) | {"machine": report.machine(), "compared": compared, "load": load}, indent=1
        ))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Times zulipkit beside the Python package `zulip`.")
    parser.add_argument("--quick", action="store_true", help="fewer rounds: two minutes")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every sample")
    for name in ("zulipkit", "floor", "venv", "folder"):
        parser.add_argument(f"--{name}", type=Path, required=True, help=argparse.SUPPRESS)
    return parser.parse_args()


def measure(options: argparse.Namespace, world: World, hooks: Hooks) -> Results:
    quick, venv = options.quick, options.venv
    say("the server fails")
    faults = hooks.failing(rounds=8 if quick else 30, slow=1 if quick else 3)
    say("pushes")
    pushes, runner = hooks.up(rounds=12 if quick else 40, rounds_of_many=5 if quick else 20)
    say("commits and pushes of other systems")
    others = time_systems(world, hooks, rounds=12 if quick else 40)
    say("tickets")
    saves = time_saves(world, venv, rounds=15 if quick else 60, slow=1 if quick else 3)
    say("steps of builds")
    timed_steps = steps.time_steps(world, rounds=12 if quick else 40)
    say("sends")
    sends = time_sends(world, venv, options.floor, rounds=20 if quick else 60)
    say("bots")
    runners = time_runners(world, venv, options.floor, rounds=3 if quick else 8)
    say("bot servers")
    serves = time_servers(world, venv, options.floor, rounds=1 if quick else 3, seconds=5 if quick else 8)
    say("requests and memory")
    requests = costs.requests_of(world, venv, hooks)
    peak_kb = costs.memory_of(world, venv, hooks)
    run_kb = {
        "`zulipkit outbox run` that has delivered nothing yet": costs.idle(world),
        "`zulipkit outbox run` after the pushes above": costs.resident(runner),
    }
    say("what waited while the server failed arrives")
    arrived = collect(world, hooks, faults, patience=30 if quick else 300)
    return Results(pushes, faults, others, saves, timed_steps, arrived, sends, runners, serves, requests, peak_kb, run_kb, costs.sizes(options.zulipkit, venv))


def show(results: Results) -> None:
    report.print_bounds(bounds(
        results.pushes, results.faults, results.systems, results.saves, results.steps, results.sends, results.runners, results.serves,
        results.requests, costs.MESSAGES,
        binary=results.sizes["the release binary"], idle_kb=next(iter(results.run_kb.values()))[0],
    ))
    report.print_pushes(results.pushes)
    report.print_faults(results.faults, results.arrived)
    report.print_systems(results.systems)
    report.print_saves(results.saves)
    report.print_steps(results.steps)
    report.print_sends(results.sends)
    report.print_runners(results.runners)
    report.print_serves(results.serves)
    report.print_requests(results.requests, costs.MESSAGES)
    report.print_sizes(results.peak_kb, results.run_kb, results.sizes)


def everything(results: Results) -> dict[str, object]:
    """The samples and counts as they are."""
    groups = {one.title: one.cases for one in [*results.pushes, *results.faults]}
    groups |= {one.title: one.cases for one in results.systems}
    groups |= {f"tickets: {one.title}": one.cases for one in results.saves}
    groups |= {"steps of builds": results.steps}
    groups |= {f"send, {one.protocol}": one.cases for one in results.sends}
    return {
        "milliseconds": {title: {case.name: case.samples for case in cases} for title, cases in groups.items()},
        "arrived": results.arrived,
        "requests": results.requests,
        "bots": vars(results.runners),
        "bot_servers": {name: vars(served) for name, served in results.serves.items()},
        "peak_kb": results.peak_kb,
        "outbox_run_kb": results.run_kb,
        "bytes": results.sizes,
    }


def collect(world: World, hooks: Hooks, faults: list[Pushes], patience: float) -> dict[str, dict[str, tuple[int, int]]]:
    """How many notices of each fault have arrived, of how many pushes, once the server is well again."""
    hooks.end_of_outage()

    def arrived() -> dict[str, dict[str, tuple[int, int]]]:
        return {
            one.title: {
                "zulipkit": (world.messages(one.channels["zulipkit"]), one.zulipkit.runs),
                "python": (world.messages(one.channels["python"]), one.python.runs),
            }
            for one in faults
        }

    def all_of_ours() -> bool:
        return all(have >= of for have, of in (one["zulipkit"] for one in arrived().values()))

    try:
        until(all_of_ours, "everything has arrived", patience)
    except TimeoutError:
        say("not all has arrived yet; the rest still waits in the outbox")
    return arrived()


def say(what: str) -> None:
    print(f"== {time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


main()
