"""What a hook adds to `svn commit` and `hg push` beyond the command of the product by which it learns what has changed."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pushes import Arrivals, Hooks
from timing import Case, round_robin
from world import HERE, World, which

CHANNEL = "systems"


@dataclass
class System:
    """The cases of one product."""

    title: str
    none: Case
    # A hook that runs the product's command and nothing else.
    own: Case
    zulipkit: Case

    @property
    def cases(self) -> list[Case]:
        return [self.none, self.own, self.zulipkit]


def time_systems(world: World, hooks: Hooks, rounds: int) -> list[System]:
    systems = []
    for make in (subversion, mercurial):
        system = make(world, hooks)
        round_robin(system.cases, rounds, warm_ups=2, log=world.log)
        systems.append(system)
    return systems


def subversion(world: World, hooks: Hooks) -> System:
    """A commit that makes a folder, in a repository that is new each time."""
    state, arrivals = hooks.state("svn"), Arrivals(world)
    svn = which("svn")

    def template(name: str) -> Path:
        path = world.folder / "templates" / name / "website"
        path.parent.mkdir(parents=True)
        world.check([which("svnadmin"), "create", str(path)])
        # Subversion gives its hooks no other environment.
        variables = "".join(f"{name} = {value}\n" for name, value in state.items())
        (path / "conf/hooks-env").write_text(f"[default]\n{variables}")
        return path

    def case(title: str, name: str, made: Path, **more) -> Case:
        copy, fresh = copies(world, name, made)
        argv = [svn, "mkdir", "-q", "--non-interactive", "--config-dir", str(world.folder / "svn-client"),
                "-m", "Make the trunk", f"file://{copy}/trunk"]
        return Case(title, argv, world.env(), prepare=fresh, **more)

    own = template("svn-own")
    shutil.copy(HERE / "hooks/svn-log", own / "hooks/post-commit")
    ours = template("svn-zulipkit")
    install(world, "svn", ours)
    return System(
        "`svn commit`",
        none=case("no hook", "svn-none", template("svn-none")),
        own=case("a hook that runs `svn log` and nothing else", "svn-own", own),
        zulipkit=case("zulipkit", "svn-zulipkit", ours, settle=lambda: arrivals.wait(state)),
    )


def mercurial(world: World, hooks: Hooks) -> System:
    """A push of one changeset to a repository that has one."""
    plain = {"HGRCPATH": "", "HGUSER": "Ada Lovelace <ada@example.com>"}
    env, state, arrivals = world.env(**plain), hooks.state("hg") | plain, Arrivals(world)
    hg = which("hg")
    source = world.folder / "source.hg"
    world.check([hg, "init", str(source)], env)
    for number in (1, 2):
        (source / "index.html").write_text(f"Page {number}")
        world.check([hg, "-R", str(source), "commit", "-q", "-A", "-m", f"The page, version {number}"], env)

    def template(name: str) -> Path:
        path = world.folder / "templates" / name / "website"
        path.parent.mkdir(parents=True)
        world.check([hg, "clone", "-q", "-r", "0", str(source), str(path)], env)
        (path / ".hg/hgrc").unlink()
        return path

    def case(title: str, name: str, made: Path, env: dict[str, str] = env, **more) -> Case:
        copy, fresh = copies(world, name, made)
        return Case(title, [hg, "-R", str(source), "push", "-q", str(copy)], env, prepare=fresh, **more)

    own = template("hg-own")
    command = 'hg log --hidden -v -T json -r "reverse($HG_NODE:$HG_NODE_LAST)" >/dev/null'
    (own / ".hg/hgrc").write_text(f"[hooks]\nchangegroup.own = {command}\n")
    ours = template("hg-zulipkit")
    install(world, "hg", ours)
    return System(
        "`hg push`",
        none=case("no hook", "hg-none", template("hg-none")),
        own=case("a hook that runs `hg log` and nothing else", "hg-own", own),
        zulipkit=case("zulipkit", "hg-zulipkit", ours, state, settle=lambda: arrivals.wait(state)),
    )


def copies(world: World, name: str, template: Path) -> tuple[Path, Callable[[], None]]:
    """Where a fresh copy of the template lies, and what makes one."""
    copy = world.folder / "copies" / name / "website"

    def fresh() -> None:
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(template, copy, symlinks=True)

    return copy, fresh


def install(world: World, name: str, repository: Path) -> None:
    rc = world.rc_for(world.site, name)
    world.check(
        [world.zulipkit, name, "install", str(repository), "--zuliprc", rc, "--channel", CHANNEL, "--no-test"]
    )
