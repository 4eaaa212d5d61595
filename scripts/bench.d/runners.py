"""Bots that run: replies a second, the time from the start to the first reply, and the memory of a thousand.

The other end is `bot-server` of the bare programs, since a whole server would be what is measured. It shares the cores.
"""

import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from world import World, free_port, listens, until

# The limiter of `zulip-run-bot` ends the program after 20 messages; for the comparison it is lifted.
UNLIMITED = "import sys, zulip_bots.lib as lib; lib.RateLimit.is_legal = lambda self: True; " \
    "from zulip_bots.run import main; sys.argv[0] = 'zulip-run-bot'; main()"
BOTS = 1_000


@dataclass
class Runners:
    """What was found."""

    # For so many events in one answer of the queue, and each program: replies a second, of each run.
    replies: dict[int, dict[str, list[float]]] = field(default_factory=dict)
    # Milliseconds from the start to the first reply, of each program.
    starts: dict[str, list[float]] = field(default_factory=dict)
    # Resident memory of a process with a thousand bots that all poll, in kB, over HTTP and over HTTPS.
    thousand_kb: int = 0
    thousand_https_kb: int = 0


def time_runners(world: World, venv: Path, floor: Path, rounds: int) -> Runners:
    found = Runners()
    programs = {
        "`zulipkit bot run`": lambda rc: [world.zulipkit, "bot", "run", "helloworld", "--zuliprc", rc],
        "`zulip-run-bot`, its limiter lifted":
            lambda rc: [str(venv / "bin/python"), "-c", UNLIMITED, "helloworld", "--config-file", rc, "--quiet"],
    }
    for batch, messages in ((1, 4_000), (100, 10_000)):
        cases = found.replies.setdefault(batch, {name: [] for name in programs})
        for _ in range(rounds):
            for name, argv in programs.items():
                # The slow one gets fewer, so that a run takes about as long.
                count = messages * (8 if "zulipkit" in name else 1)
                _, first, last = answered(world, floor, argv, count, batch)
                cases[name].append((count - 1) / (last - first))
    found.starts = {name: [] for name in programs}
    for _ in range(3 * rounds):
        for name, argv in programs.items():
            began, first, _ = answered(world, floor, argv, 1, 1)
            found.starts[name].append((first - began) * 1000)
    found.thousand_kb = thousand(world, floor, tls=False)
    found.thousand_https_kb = thousand(world, floor, tls=True)
    return found


def answered(world: World, floor: Path, argv, messages: int, batch: int) -> tuple[float, float, float]:
    """Starts a bot before a server with so many messages; when it was started, and the first and last reply were there."""
    port = free_port()
    server = serve(world, floor, port, messages, batch)
    rc = world.rc_for(f"http://127.0.0.1:{port}", f"bot-{port}")
    with open(world.log, "a") as log:
        began = time.time()
        bot = subprocess.Popen(argv(rc), env=world.state(f"bot-{port}"), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            first, last = server.communicate(timeout=120)[0].split()
        finally:
            bot.kill()
            bot.wait()
    return began, int(first) / 1e9, int(last) / 1e9


def serve(world: World, floor: Path, port: int, messages: int, batch: int, tls: bool = False) -> subprocess.Popen:
    argv = [str(floor / "bot-server"), str(port), str(messages), str(batch), *(world.certificate[:2] if tls else ())]
    server = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    until(lambda: listens(port), "the server of the bots listens")
    return server


def thousand(world: World, floor: Path, tls: bool) -> int:
    """The memory of a thousand bots, once each has its poll under way."""
    port = free_port()
    server = serve(world, floor, port, 0, 1, tls)
    site = f"https://localhost:{port}" if tls else f"http://127.0.0.1:{port}"
    env = world.state(f"thousand-{tls}") | (world.certificate[2] if tls else {})
    settings = world.folder / "thousand.toml"
    key = world.folder / "thousand.key"
    key.write_text("k" * 32)
    key.chmod(0o600)
    settings.write_text("".join(
        f"[bot.b{number}]\nkind = \"helloworld\"\nzulip.site = \"{site}\"\n"
        f"zulip.email = \"b{number}@example.com\"\nzulip.key_file = \"{key}\"\n" for number in range(BOTS)
    ))
    argv = [world.zulipkit, "bot", "run", "--config", str(settings), "--log", "warn"]
    with open(world.log, "a") as log:
        bots = subprocess.Popen(argv, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        # Each poll is a connection that the server has accepted; a bot that begins has a second one, for some seconds.
        until(lambda: connections(server.pid) >= BOTS, "all bots begin")
        time.sleep(2)
        until(lambda: connections(server.pid) == BOTS, "all bots poll and do nothing else")
        status = Path(f"/proc/{bots.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])
    finally:
        for process in (bots, server):
            process.kill()
            process.wait()


def connections(pid: int) -> int:
    """How many connections a server has accepted that are still open."""
    def is_socket(descriptor: Path) -> bool:
        try:
            return str(descriptor.readlink()).startswith("socket:")
        except FileNotFoundError:
            return False

    return sum(map(is_socket, Path(f"/proc/{pid}/fd").iterdir())) - 1


def main() -> None:
    """`runners.py ZULIPKIT VENV FLOOR FOLDER`: these measurements alone."""
    zulipkit, venv, floor, folder = map(Path, sys.argv[1:])
    world = World(zulipkit, folder, ["bots"])
    try:
        found = time_runners(world, venv, floor, rounds=3)
    finally:
        world.close()
    for batch, cases in found.replies.items():
        for name, rates in cases.items():
            print(f"{batch} an answer, {name}: {statistics.median(rates):,.0f} replies a second")
    for name, milliseconds in found.starts.items():
        print(f"start to first reply, {name}: {statistics.median(milliseconds):.1f} ms")
    print(f"{BOTS} bots: {found.thousand_kb / 1000:.0f} MB, over HTTPS {found.thousand_https_kb / 1000:.0f} MB")


if __name__ == "__main__":
    main()
