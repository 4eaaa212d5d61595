"""Words for the figures, as Markdown that also reads well in a terminal."""

import os
import platform
import time
from collections import Counter
from pathlib import Path

from pushes import Pushes
from runners import BOTS, Runners
from sends import Sends
from serves import CONNECTIONS, Served
from systems import System
from tickets import Saves
from timing import Case, Figure, added
from world import World, which


# Up to this load the machine counts as quiet.
QUIET = 0.7


def versions(world: World, venv: Path) -> str:
    """What is compared with, in which release."""
    ask = "from importlib.metadata import version; print('zulip', version('zulip'), 'with requests', version('requests'))"
    python = world.check([str(venv / "bin/python"), "-c", ask]).strip()
    curl = " ".join(world.check([which("curl"), "--version"]).split()[:2])
    return f"{python}, {world.check([which('git'), '--version']).strip()}, {curl}"


def machine() -> str:
    release = dict(
        line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line
    )["PRETTY_NAME"].strip('"')
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC, {os.cpu_count()} cores, {gigabytes:.0f} GiB, {release}, "
        f"Linux {platform.release()}, Python {platform.python_version()}"
    )


def print_head(load: float, quick: bool, compared: str) -> None:
    """`load` is that of the minute before the run: what others did on the machine."""
    print("# zulipkit and the Python package `zulip`, side by side\n")
    print(f"{machine()}; {compared}. Load before it began: {load:.1f}.")
    if quick:
        print("With `--quick`: few rounds, so that the quartiles lie far apart.")
    if load > QUIET:
        print("**The machine was busy.** Ratios between commands still count; milliseconds, and bounds in them, do not.")
    print()


def table(head: list[str], rows: list[list[str]]) -> None:
    """Prints a table; the first column is text, the others are figures."""
    print("| " + " | ".join(head) + " |")
    print("|---" + "|---:" * (len(head) - 1) + "|")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def milliseconds(figure: Figure) -> str:
    digits = 2 if figure.median < 10 else 1 if figure.median < 1000 else 0
    return f"{figure.median:,.{digits}f} ({figure.low:,.{digits}f} to {figure.high:,.{digits}f})"


def times(ratio: float) -> str:
    return f"{ratio:.1f}" if ratio < 100 else f"{ratio:.0f}"


def print_pushes(pushes: list[Pushes]) -> None:
    print("## What a hook adds to `git push`\n")
    print("Milliseconds of a whole `git push -q` to a bare repository on the same disk, each time a fresh copy; *added* is the")
    print("difference to the push without a hook of the same round. Median, quartiles in brackets.\n")
    for one in pushes:
        print_push(one)


def print_faults(faults: list[Pushes], arrived: dict[str, dict[str, tuple[int, int]]]) -> None:
    print("## The same while the server fails\n")
    print("1 commit. *Arrived* counts the notices that are in the channel at the end, the server being well again, of all pushes")
    print("warm-ups included. The Python hook waits 10 to 15 s where the server hangs or answers 500, so there it is run few times.\n")
    for one in faults:
        print_push(one, arrived[one.title])


def print_push(one: Pushes, arrived: dict[str, tuple[int, int]] | None = None) -> None:
    print(f"### {one.title.capitalize()}\n")

    def row(case: Case) -> list[str]:
        figure = "" if case is one.none else milliseconds(Figure.of(added(case, one.none)))
        cells = [case.name, milliseconds(Figure.of(case.samples)), figure, str(len(case.samples))]
        if arrived is not None:
            tool = {id(one.zulipkit): "zulipkit", id(one.python): "python"}.get(id(case))
            cells.append(f"{arrived[tool][0]} of {arrived[tool][1]}" if tool else "")
        return cells

    head = ["", "whole push, ms", "added, ms", "pushes"] + (["arrived"] if arrived is not None else [])
    table(head, [row(case) for case in one.cases])


def print_systems(systems: list[System]) -> None:
    print("## What a hook adds to `svn commit` and `hg push`\n")
    print("Milliseconds of a whole commit of one folder, and of a whole push of one changeset, to a repository on the same disk, each")
    print("time a fresh copy. To learn what has changed a hook must run the product's own command, which takes time itself: *beyond*")
    print("is the difference to a hook that runs it and nothing else, in the same round. Median, quartiles in brackets.\n")
    for system in systems:
        print(f"### {system.title}\n")
        rows = []
        for number, case in enumerate(system.cases):
            # The first case is compared with nothing, the second with it, the third with both.
            compared = [added(case, base) for base in system.cases[:number]]
            cells = [milliseconds(Figure.of(samples)) for samples in (case.samples, *compared)]
            rows.append([case.name, *cells, *[""] * (3 - len(cells)), str(len(case.samples))])
        table(["", "whole, ms", "added, ms", "beyond, ms", "runs"], rows)


def print_saves(saves: list[Saves]) -> None:
    print("## What a plugin adds to saving a ticket in Trac\n")
    print("Milliseconds of `save_changes` in a process that has the environment open, as a web server has; *added* is the difference")
    print("to the save without a plugin of the same round. Median, quartiles in brackets. The old plugin waits for the server, so")
    print("where that fails it is run few times.\n")
    for one in saves:
        print(f"### {one.title}\n")
        base = one.cases[0]
        rows = [
            [case.name, milliseconds(Figure.of(case.samples)),
             "" if case is base else milliseconds(Figure.of(added(case, base))), str(len(case.samples))]
            for case in one.cases
        ]
        table(["", "save, ms", "added, ms", "saves"], rows)


def print_steps(steps: list[Case]) -> None:
    print("## What a step adds to a Jenkins build\n")
    print("Milliseconds of the whole process of `zulipkit jenkins build`, which the build waits for. Where the settings name Jenkins it")
    print("is asked for more about the build, until 30 ms after the step began. Median, quartiles in brackets.\n")
    rows = [[case.name, milliseconds(Figure.of(case.samples)), str(len(case.samples))] for case in steps]
    table(["", "ms", "runs"], rows)


def print_sends(both: list[Sends]) -> None:
    print("## Sending one message from the command line\n")
    print("Milliseconds of a cold process from its start to its end, the server's answer being read. HTTPS: TLS 1.3 with an ECDSA")
    print("certificate, a small front before the server, the system's root certificates and a local one to trust. What the front takes")
    print("is in every figure. *Ratio*: to `zulipkit send` over the same protocol.\n")
    for one in both:
        print(f"### {one.protocol}\n")
        base = Figure.of(one.zulipkit.samples).median

        def row(case: Case) -> list[str]:
            figure = Figure.of(case.samples)
            return [case.name, milliseconds(figure), times(figure.median / base), str(figure.count)]

        table(["", "ms", "ratio", "runs"], [row(case) for case in one.cases])


def print_runners(runners: Runners) -> None:
    print("## Bots\n")
    print("`helloworld`, whose messages come from 64 people, 16 in flight, at a small server that hands them out, one or a hundred in")
    print("one answer, and shares the cores. Replies a second from the first to the last; milliseconds from the start of the process to the")
    print("first reply. Median, quartiles in brackets.\n")
    names = list(runners.starts)

    def figure(samples: list[float]) -> str:
        found = Figure.of(samples)
        return f"{found.median:,.0f} ({found.low:,.0f} to {found.high:,.0f})"

    table(["", *names], [
        *([f"replies a second, {batch} an answer", *(figure(cases[name]) for name in names)]
          for batch, cases in runners.replies.items()),
        ["start to first reply, ms", *(milliseconds(Figure.of(runners.starts[name])) for name in names)],
    ])
    print(f"{BOTS:,} bots in one process, all polling: {runners.thousand_kb / 1000:.0f} MB resident, over HTTPS "
          f"{runners.thousand_https_kb / 1000:.0f} MB.\n")


def print_serves(serves: dict[str, Served]) -> None:
    print("## Bots behind outgoing webhooks\n")
    print(f"Calls a second at {CONNECTIONS} connections, each about another message; the load and a small Zulip server share the cores.\n")
    table(["", "calls a second", "99th percentile, ms", "errors", "peak memory, MB"], [
        [name, f"{Figure.of(served.rates).median:,.0f}", f"{Figure.of(served.p99).median:.1f}", str(served.errors),
         f"{served.resident_kb / 1000:.0f}"]
        for name, served in serves.items()
    ])


def print_requests(requests: dict[str, list[str]], messages: int) -> None:
    print(f"## Requests of {messages} messages, one after the other\n")
    rows = []
    for name, every in requests.items():
        counts = Counter(request.replace("/api/v1", "") for request in every)
        rows.append([name, f"{len(every) / messages:.1f}", ", ".join(f"{count} {kind}" for kind, count in counts.items())])
    table(["", "a message", "all of them"], rows)


def print_sizes(peak_kb: dict[str, int], run_kb: dict[str, tuple[int, int]], sizes: dict[str, int]) -> None:
    print("## Memory and size\n")
    print("Memory: the peak of the largest process, as the kernel counts it. `outbox run`: resident now, and its peak.\n")
    table(["", ""], [
        *([name, f"{peak / 1000:.1f} MB"] for name, peak in peak_kb.items()),
        *([name, f"{now / 1000:.1f} MB, peak {peak / 1000:.1f} MB"] for name, (now, peak) in run_kb.items()),
        *([name, f"{size / 1e6:.1f} MB"] for name, size in sizes.items()),
    ])


def print_bounds(rows: list[tuple[str, str, str, bool]]) -> None:
    print("## Against the bounds\n")
    table(["", "bound", "measured", "holds"], [[*row[:3], "yes" if row[3] else "**no**"] for row in rows])
