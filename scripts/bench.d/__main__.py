"""scripts/bench calls this; the bench's own options are `--quick` and `--json FILE`."""

import argparse
import json
import os
import sys
import time
from pathlib import Path

import costs
import report
from bounds import bounds
from pushes import Hooks, Pushes
from sends import CHANNEL, time_sends
from world import World, until


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Times zulipkit beside the Python package `zulip`.")
    parser.add_argument("--quick", action="store_true", help="fewer rounds: two minutes")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every sample")
    for name in ("zulipkit", "floor", "venv", "folder"):
        parser.add_argument(f"--{name}", type=Path, required=True, help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    options = arguments()
    quick = options.quick
    load = os.getloadavg()[0]
    world = World(options.zulipkit, options.folder, [CHANNEL, *Hooks.CHANNELS])
    hooks = Hooks(world, options.venv)
    try:
        say("the server fails")
        faults = hooks.failing(rounds=8 if quick else 30, slow=1 if quick else 3)
        say("pushes")
        pushes, runner = hooks.up(rounds=12 if quick else 40, rounds_of_many=5 if quick else 20)
        say("sends")
        both = time_sends(world, options.venv, options.floor, rounds=20 if quick else 60)
        say("requests and memory")
        requests = costs.requests_of(world, options.venv, hooks)
        peaks = costs.memory_of(world, options.venv, hooks)
        idle_now, idle_peak = costs.idle(world)
        memory = {name: f"{peak / 1000:.1f} MB" for name, peak in peaks.items()}
        memory["`zulipkit outbox run` that has delivered nothing yet"] = f"{idle_now / 1000:.1f} MB, peak {idle_peak / 1000:.1f} MB"
        now, peak = costs.resident(runner)
        memory["`zulipkit outbox run` after the pushes above"] = f"{now / 1000:.1f} MB, peak {peak / 1000:.1f} MB"
        sizes = costs.sizes(options.zulipkit, options.venv)
        say("what waited while the server failed arrives")
        arrived = collect(world, hooks, faults, patience=30 if quick else 300)
    finally:
        hooks.close()
        world.close()

    print(f"# zulipkit and the Python package `zulip`, side by side\n\n{report.machine()}.")
    print(f"Load when it began {load:.1f}, in the last minute of it {os.getloadavg()[0]:.1f}.\n")
    report.print_bounds(
        bounds(pushes, faults, both, requests, costs.MESSAGES, sizes["the release binary"], idle_now)
    )
    report.print_pushes(pushes)
    report.print_faults(faults, arrived)
    report.print_sends(both)
    report.print_costs(requests, costs.MESSAGES, memory, sizes)
    if options.json:
        cases = {one.title: one.cases for one in [*pushes, *faults]} | {f"send, {one.protocol}": one.cases for one in both}
        samples = {title: {case.name: case.samples for case in own} for title, own in cases.items()}
        options.json.write_text(json.dumps({
            "machine": report.machine(), "load": load, "milliseconds": samples, "arrived": arrived, "requests": requests,
            "peak_kb": peaks, "outbox_run_kb": [idle_now, idle_peak, now, peak], "bytes": sizes,
        }, indent=1))


def collect(world: World, hooks: Hooks, faults: list[Pushes], patience: float) -> dict[str, dict[str, tuple[int, int]]]:
    """How many notices of each fault have arrived, of how many pushes, once the server is well again."""
    hooks.end_of_outage()
    warm_ups = 2
    pushed = {
        one.title: {"zulipkit": len(one.zulipkit.samples) + warm_ups, "python": len(one.python.samples)} for one in faults
    }

    def arrived() -> dict[str, dict[str, tuple[int, int]]]:
        return {
            one.title: {tool: (world.messages(channel), pushed[one.title][tool]) for tool, channel in one.channels.items()}
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
