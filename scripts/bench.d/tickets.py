"""What a plugin adds to saving a ticket in Trac: the save with the plugin, less the save without one in the same round."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from pushes import FAULTS
from timing import Case
from world import HERE, World, until

CHANNEL = "tickets"


@dataclass
class Saves:
    """The cases while the server is well, or fails in one way."""

    title: str
    # Without a plugin, with zulipkit's, with that of the Python package.
    cases: list[Case]


class Trac:
    """An environment that a process of Trac's Python has open, as a web server has."""

    def __init__(self, world: World, venv: Path, name: str, state: dict[str, str]):
        self.world, self.venv, self.state = world, venv, state
        self.folder = world.folder / "trac" / name
        self.folder.parent.mkdir(exist_ok=True)
        world.check([f"{venv}/bin/trac-admin", str(self.folder), "initenv", name, "sqlite:db/trac.db"])

    def with_zulipkit(self) -> "Trac":
        rc = self.world.rc_for(self.world.site, CHANNEL)
        self.world.check(
            [self.world.zulipkit, "trac", "install", str(self.folder), "--zuliprc", rc, "--channel", CHANNEL, "--no-test"]
        )
        return self

    def with_python(self) -> "Trac":
        package = self.venv / "share/zulip/integrations/trac"
        shutil.copy(package / "zulip_trac.py", self.folder / "plugins")
        settings = (package / "zulip_trac_config.py").read_text()
        account = self.world.account
        for key, value in {
            "STREAM_FOR_NOTIFICATIONS": CHANNEL, "ZULIP_USER": account["email"], "ZULIP_API_KEY": account["key"],
            "ZULIP_SITE": self.world.site,
        }.items():
            settings, count = re.subn(f'(?m)^{key} = .*$', f'{key} = "{value}"', settings)
            assert count == 1, key
        (self.folder / "plugins/zulip_trac_config.py").write_text(settings)
        return self

    def open(self) -> "Trac":
        self.process = subprocess.Popen(
            [f"{self.venv}/bin/python", str(HERE / "saves.py"), str(self.folder)], env=self.state,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )
        return self

    def save(self) -> float:
        """Saves the ticket once more; milliseconds."""
        print("save", file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline())

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def time_saves(world: World, venv: Path, rounds: int, slow: int) -> list[Saves]:
    """Saves in all three environments in turn, the server being well, and failing in each way."""
    states = {name: world.state(f"trac-{name}") for name in ("none", "zulipkit", "python")}
    environments = {
        "no plugin": Trac(world, venv, "none", states["none"]).open(),
        "zulipkit": Trac(world, venv, "zulipkit", states["zulipkit"]).with_zulipkit().open(),
        "the Python plugin": Trac(world, venv, "python", states["python"]).with_python().open(),
    }
    try:
        return [
            beside(world, environments, states["zulipkit"], title, fault, rounds, slow)
            for title, fault in {"The server is well": None, **faults()}.items()
        ]
    finally:
        world.fail(None)
        for environment in environments.values():
            environment.close()


def faults() -> dict[str, object]:
    """A server that is down cannot be told so; the others can."""
    return {f"The server is {title}": fault for title, fault in FAULTS.items() if fault is not None}


def beside(
    world: World, environments: dict[str, Trac], state: dict[str, str], title: str, fault: object, rounds: int, slow: int
) -> Saves:
    cases = {name: Case(name, [], {}) for name in environments}
    for environment in environments.values():
        environment.save()
    world.fail(fault)
    for number in range(rounds):
        for name, environment in environments.items():
            if fault and name == "the Python plugin" and number >= slow:
                continue
            cases[name].samples.append(environment.save())
            if not fault and name == "zulipkit":
                until(lambda: world.no_deliverer(state), "the deliverer is gone")
    return Saves(title, list(cases.values()))
