"""Runs commands in round robin and keeps how long each took, from outside and as a whole process."""

import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Case:
    """A command that is timed again and again beside others."""

    name: str
    argv: list[str]
    env: dict[str, str]
    # Runs before each time, outside the clock.
    prepare: Callable[[], None] = lambda: None
    # Runs after each time, outside the clock: waits until nothing of this run still works in the background.
    settle: Callable[[], None] = lambda: None
    # Takes part in so many rounds only, because a run is slow by nature.
    at_most: int | None = None
    samples: list[float] = field(default_factory=list)
    # How often it was run, with the warm-ups.
    runs: int = 0


def round_robin(cases: list[Case], rounds: int, warm_ups: int, log: str) -> None:
    """A B C A B C: what else the machine does falls on all of them alike. The first rounds fill the caches."""
    for number in range(-warm_ups, rounds):
        for case in cases:
            if case.at_most is not None and not 0 <= number < case.at_most:
                continue
            case.prepare()
            milliseconds, code = run(case.argv, case.env, log)
            if code:
                with open(log, errors="replace") as output:
                    sys.exit(f"bench: {case.name} ended with {code}: {' '.join(case.argv)}\n{output.read()}")
            case.runs += 1
            if number >= 0:
                case.samples.append(milliseconds)
            case.settle()


def run(argv: list[str], env: dict[str, str], log: str) -> tuple[float, int]:
    """Milliseconds from just before the process is made until it is waited for, and its exit code.

    posix_spawn rather than subprocess, whose own work is as long as the shortest of these programs.
    """
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
    ]
    start = time.monotonic_ns()
    pid = os.posix_spawn(argv[0], argv, env, file_actions=actions)
    _, status = os.waitpid(pid, 0)
    return (time.monotonic_ns() - start) / 1e6, os.waitstatus_to_exitcode(status)


@dataclass(frozen=True)
class Figure:
    """A median with its quartiles, of so many samples."""

    median: float
    low: float
    high: float
    count: int

    @classmethod
    def of(cls, samples: list[float]) -> "Figure":
        if len(samples) == 1:
            return cls(samples[0], samples[0], samples[0], 1)
        low, median, high = statistics.quantiles(samples, n=4, method="inclusive")
        return cls(median, low, high, len(samples))


def added(case: Case, base: Case) -> list[float]:
    """What a case took more than the base took in the same round."""
    return [mine - other for mine, other in zip(case.samples, base.samples)]
