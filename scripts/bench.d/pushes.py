"""What a hook adds to `git push`: the whole push with a hook, less the push without one in the same round."""

import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from front import Front
from timing import Case, round_robin
from world import HERE, World, free_port, until, which

COMMITS = (1, 10, 1000)
# How the server fails, and how it is told to; a server that is down needs a way to it that leads nowhere.
FAULTS = {"down (refused)": None, "answering 500": {"status": 500}, "hanging": "hang"}


class Repositories:
    """One source for all pushes, and a bare repository for each hook, which every push meets as a fresh copy."""

    def __init__(self, world: World, venv: Path):
        self.world = world
        self.venv = venv
        self.source = str(world.folder / "source.git")
        world.check(["git", "init", "-q", "--bare", "-b", "main", self.source])
        world.check(["git", "-C", self.source, "fast-import", "--quiet"], input=history())

    def template(self, name: str) -> Path:
        """A repository with the first commit, without a hook."""
        path = self.world.folder / "templates" / name / "website.git"
        self.world.check(["git", "init", "-q", "--bare", "--template=", "-b", "main", str(path)])
        self.world.check(["git", "-C", self.source, "push", "-q", str(path), "base:refs/heads/main"])
        (path / "hooks").mkdir()
        return path

    def case(self, title: str, name: str, template: Path, commits: int, env: dict[str, str], **more) -> Case:
        """Pushes so many commits to a copy of the template."""
        copy = self.world.folder / "copies" / name / "website.git"

        def fresh() -> None:
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(template, copy, symlinks=True)

        argv = [which("git"), "-C", self.source, "push", "-q", str(copy), f"c{commits}:refs/heads/main"]
        return Case(title, argv, env, prepare=fresh, **more)

    # The hooks

    def with_zulipkit(self, name: str, rc: str, channel: str) -> Path:
        template = self.template(name)
        self.world.check(
            [self.world.zulipkit, "git", "install", str(template), "--zuliprc", rc, "--channel", channel, "--no-test"]
        )
        return template

    def with_python(self, name: str, site: str, channel: str) -> Path:
        """The hook of the PyPI package with its settings, started by the virtual environment's own Python."""
        template = self.template(name)
        package = self.venv / "share/zulip/integrations/git"
        script = (package / "post-receive").read_text().split("\n", 1)[1]
        self.hook(template, f"#!{self.venv}/bin/python\n{script}")
        settings = (package / "zulip_git_config.py").read_text()
        account = self.world.account
        for key, value in {
            "STREAM_NAME": channel, "ZULIP_USER": account["email"], "ZULIP_API_KEY": account["key"], "ZULIP_SITE": site,
        }.items():
            settings, count = re.subn(f'(?m)^{key} = ".*"$', f'{key} = "{value}"', settings)
            assert count == 1, key
        (template / "hooks/zulip_git_config.py").write_text(settings)
        # As after the first push; else every fresh copy would compile it anew.
        self.world.check([f"{self.venv}/bin/python", "-m", "compileall", "-q", str(template / "hooks")])
        return template

    def with_shell(self, name: str, site: str, channel: str) -> Path:
        template = self.template(name)
        self.hook(template, (HERE / "hooks/shell").read_text())
        user = f"{self.world.account['email']}:{self.world.account['key']}"
        (template / "hooks/account").write_text(f"site='{site}' user='{user}' channel='{channel}'\n")
        return template

    def with_spool(self, name: str) -> Path:
        template = self.template(name)
        self.hook(template, (HERE / "hooks/spool").read_text())
        return template

    def with_nothing(self, name: str) -> Path:
        template = self.template(name)
        (template / "hooks/post-receive").symlink_to(which("true"))
        return template

    @staticmethod
    def hook(template: Path, text: str) -> None:
        path = template / "hooks/post-receive"
        path.write_text(text)
        path.chmod(0o755)


def history() -> str:
    """A stream for `git fast-import`: a first commit, and branches with so many commits on it."""
    who = "Ada Lovelace <ada@example.com>"
    stream = []

    def commit(ref: str, subject: str, file: str, parent: str | None) -> None:
        stream.append(f"commit refs/heads/{ref}\ncommitter {who} 1700000000 +0000\ndata {len(subject)}\n{subject}\n")
        if parent:
            stream.append(f"from {parent}\n")
        stream.append(f"M 644 inline {file}\ndata {len(subject)}\n{subject}\n")

    commit("base", "The first page", "index.html", None)
    for count in COMMITS:
        for number in range(1, count + 1):
            subject = f"Mend the rounding of invoice {number} of {count}"
            commit(f"c{count}", subject, f"invoices/{number % 50}.txt", "refs/heads/base" if number == 1 else None)
    return "".join(stream)


@dataclass
class Pushes:
    """The cases of one number of commits, or of one way in which the server fails."""

    title: str
    none: Case
    zulipkit: Case
    python: Case
    # Whatever else stood beside them.
    others: list[Case] = field(default_factory=list)
    # For a failing server: where the notices should have arrived.
    channels: dict[str, str] = field(default_factory=dict)

    @property
    def cases(self) -> list[Case]:
        return [self.none, *self.others, self.zulipkit, self.python]


class Arrivals:
    """Waits for what a timed push started, so that nothing of it is at work when the next command is timed."""

    def __init__(self, world: World):
        self.world = world
        self.newest = world.newest()

    def wait(self, state: dict[str, str] | None = None) -> None:
        """Each push is one message. With a state: the deliverer that the push started is gone too."""
        until(lambda: self.world.newest() > self.newest, "a push's message arrives")
        if state:
            until(lambda: self.world.no_deliverer(state), "the deliverer is gone")
        self.newest = self.world.newest()


class Hooks:
    """All the pushes."""

    CHANNELS = ["pushes", *(f"{tool}-{number}" for tool in ("zulipkit", "python") for number in range(len(FAULTS)))]

    def __init__(self, world: World, venv: Path):
        self.world = world
        self.repositories = Repositories(world, venv)
        self.bare = self.repositories.template("none")
        self.states: dict[str, dict[str, str]] = {}

    def state(self, name: str) -> dict[str, str]:
        """An environment with an outbox of its own, which is emptied at the end."""
        return self.states.setdefault(name, self.world.state(name))

    def up(self, rounds: int, rounds_of_many: int) -> tuple[list[Pushes], int]:
        """The server is well. Also returns the process id of the `outbox run` that served one of the cases."""
        world, repositories = self.world, self.repositories
        served = self.state("served")
        runner = world.start([world.zulipkit, "outbox", "run"], served)
        until(lambda: not world.no_deliverer(served), "`outbox run` is at work")
        templates = {
            "none": self.bare,
            "nothing": repositories.with_nothing("nothing"),
            "spool": repositories.with_spool("spool"),
            "shell": repositories.with_shell("shell", world.site, "pushes"),
            "zulipkit": repositories.with_zulipkit("zulipkit", world.rc_for(world.site, "pushes"), "pushes"),
            "python": repositories.with_python("python", world.site, "pushes"),
        }
        result = []
        for commits in COMMITS:
            pushes = self.beside(templates, commits)
            round_robin(pushes.cases, rounds if commits == 1 else rounds_of_many, warm_ups=2, log=world.log)
            result.append(pushes)
        return result, runner.pid

    def beside(self, templates: dict[str, Path], commits: int) -> Pushes:
        """All the hooks, for a push of so many commits."""
        cold, served = self.state("cold"), self.state("served")
        arrivals = Arrivals(self.world)

        def case(title: str, name: str, env: dict[str, str] | None = None, **more) -> Case:
            return self.repositories.case(title, name, templates[name], commits, env or self.world.env(), **more)

        return Pushes(
            f"{commits:,} commit{'s' if commits > 1 else ''}",
            none=case("no hook", "none"),
            zulipkit=case("zulipkit, which starts its deliverer", "zulipkit", cold, settle=lambda: arrivals.wait(cold)),
            python=case("the Python hook", "python", settle=arrivals.wait),
            others=[
                case("a hook that does nothing (`/bin/true`)", "nothing"),
                case("a shell hook that spools to disk", "spool"),
                case("zulipkit, with `outbox run` active", "zulipkit", served, settle=arrivals.wait),
                case("a shell hook with git log and curl", "shell", settle=arrivals.wait),
            ],
        )

    def failing(self, rounds: int, slow: int) -> list[Pushes]:
        """The server fails. Where the Python hook waits 10 to 15 s in each push, it takes part in `slow` rounds only."""
        self.closed = free_port()
        result = []
        for number, (title, fault) in enumerate(FAULTS.items()):
            pushes = self.beside_fault(number, title, fault, slow)
            if fault:
                self.world.fail(fault)
            round_robin(pushes.cases, rounds, warm_ups=2, log=self.world.log)
            if fault:
                self.world.fail(None)
            result.append(pushes)
        return result

    def beside_fault(self, number: int, title: str, fault: object, slow: int) -> Pushes:
        world, repositories = self.world, self.repositories
        site = world.site if fault else f"http://127.0.0.1:{self.closed}"
        rc = world.rc_for(site, f"fault-{number}")
        channels = {tool: f"{tool}-{number}" for tool in ("zulipkit", "python")}
        ours = repositories.with_zulipkit(f"zulipkit-{number}", rc, channels["zulipkit"])
        theirs = repositories.with_python(f"python-{number}", site, channels["python"])
        return Pushes(
            f"server {title}",
            none=repositories.case("no hook", f"none-{number}", self.bare, 1, world.env()),
            # The first push starts a deliverer, the later ones find it at work, trying in vain.
            zulipkit=repositories.case("zulipkit", f"zulipkit-{number}", ours, 1, self.state(f"fault-{number}")),
            python=repositories.case("the Python hook", f"python-{number}", theirs, 1, world.env(),
                                     at_most=slow if fault else None),
            channels=channels,
        )

    def end_of_outage(self) -> None:
        """Where the server was down, there it is now, and everything that waits is tried."""
        Front(self.world.site, self.closed).start()
        for number in range(len(FAULTS)):
            self.world.check([self.world.zulipkit, "outbox", "flush"], self.state(f"fault-{number}"))

    def close(self) -> None:
        """Drops what still waits, so that no deliverer stays behind."""
        for state in self.states.values():
            if waiting := [str(row["id"]) for row in self.world.outbox(state)]:
                self.world.check([self.world.zulipkit, "outbox", "drop", *waiting], state)
