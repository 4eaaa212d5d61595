"""Requests, memory and size: what is counted rather than timed."""

import re
import subprocess
from pathlib import Path

import sends
from pushes import Hooks
from world import World, size_of, until

MESSAGES = 5


def requests_of(world: World, venv: Path, hooks: Hooks) -> dict[str, list[str]]:
    """The requests of so many messages, one after the other, each tool on a way of its own to the server."""
    found = {}
    for name, argv in (("`zulipkit send`", sends.zulipkit_send), ("`zulip-send`", lambda _, rc: sends.zulip_send(venv, rc))):
        site, front = world.counting_front()
        rc = world.rc_for(site, f"counted-{len(found)}")
        for _ in range(MESSAGES):
            world.check(argv(world, rc))
        found[name] = list(front.requests)

    repositories, state = hooks.repositories, hooks.state("counted")
    site, front = world.counting_front()
    template = repositories.with_zulipkit("counted", world.rc_for(site, "counted"), "pushes")
    for _ in range(MESSAGES):
        before = world.newest()
        push(world, repositories.case("", "counted", template, 1, state))
        until(lambda: world.newest() > before and world.no_deliverer(state), "a push's message arrives")
    found["zulipkit's Git hook"] = list(front.requests)

    site, front = world.counting_front()
    template = repositories.with_python("counted-python", site, "pushes")
    for _ in range(MESSAGES):
        push(world, repositories.case("", "counted-python", template, 1, world.env()))
    found["the Python Git hook"] = list(front.requests)
    return found


def push(world: World, case) -> None:
    case.prepare()
    world.check(case.argv, case.env)


def memory_of(world: World, venv: Path, hooks: Hooks) -> dict[str, int]:
    """Peak resident memory in kB of the largest process of each command, as the kernel counts it for a child that was
    waited for. GNU time starts them: a child of a large process, such as this one, would begin with its parent's peak.
    """
    rc = str(world.rc)
    peaks = {
        "`zulipkit send`": peak(world, sends.zulipkit_send(world, rc), world.env()),
        "`zulip-send`": peak(world, sends.zulip_send(venv, rc), world.env()),
    }
    for name, copy, state in (
        ("zulipkit's Git hook, its `git log` included", "counted", hooks.state("counted")),
        ("the Python Git hook, its `git log` included", "counted-python", world.env()),
    ):
        repository = world.folder / "copies" / copy / "website.git"
        ids = world.check(["git", "-C", str(repository), "rev-parse", "main~1", "main"]).split()
        line = f"{ids[0]} {ids[1]} refs/heads/main\n"
        peaks[name] = peak(world, ["hooks/post-receive"], {**state, "GIT_DIR": "."}, cwd=repository, input=line)
    return peaks


def peak(world: World, argv: list[str], env: dict[str, str], **more) -> int:
    report = world.folder / "peak"
    world.check(["/usr/bin/time", "--format", "%M", "--output", str(report), *argv], env, **more)
    return int(report.read_text().split()[-1])


def resident(pid: int) -> tuple[int, int]:
    """Resident memory of a running process in kB, now and at its peak."""
    status = Path(f"/proc/{pid}/status").read_text()
    return tuple(int(re.search(rf"{name}:\s+(\d+) kB", status)[1]) for name in ("VmRSS", "VmHWM"))


def idle(world: World) -> tuple[int, int]:
    """The memory of an `outbox run` with nothing to do."""
    state = world.state("idle")
    runner: subprocess.Popen = world.start([world.zulipkit, "outbox", "run"], state)
    until(lambda: not world.no_deliverer(state), "`outbox run` is at work")
    return resident(runner.pid)


def sizes(zulipkit: Path, venv: Path) -> dict[str, int]:
    """Bytes on the disk."""
    return {"the release binary": zulipkit.stat().st_size, "a virtual environment with `zulip`": size_of(venv)}
