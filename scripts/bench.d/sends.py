"""One message from the command line: a cold process, until the server has answered.

The home is that of somebody who only sends: there is no outbox in it.
"""

from dataclasses import dataclass
from pathlib import Path

from timing import Case, round_robin
from world import World, which

CHANNEL = "sends"
TEXT = "The nightly backup is done: 1,204 files, 3 changed."


@dataclass
class Sends:
    """The cases over one protocol."""

    protocol: str
    zulipkit: Case
    python: Case
    floor: Case
    curl: Case
    empty: Case

    @property
    def cases(self) -> list[Case]:
        return [self.zulipkit, self.python, self.floor, self.curl, self.empty]


def time_sends(world: World, venv: Path, floor: Path, rounds: int) -> list[Sends]:
    https, trust = world.tls_front()
    both = [
        sends(world, venv, floor, "HTTP", world.site, {}),
        sends(world, venv, floor, "HTTPS", https, trust),
    ]
    round_robin([case for one in both for case in one.cases], rounds, warm_ups=3, log=world.log)
    return both


def sends(world: World, venv: Path, floor: Path, protocol: str, site: str, trust: dict[str, str]) -> Sends:
    rc = world.rc_for(site, protocol)
    email, key = world.account["email"], world.account["key"]
    env = world.env(**trust)

    def case(name: str, *argv: str) -> Case:
        return Case(name, list(argv), env)

    return Sends(
        protocol,
        case("`zulipkit send`", *zulipkit_send(world, rc)),
        case("`zulip-send`", *zulip_send(venv, rc)),
        case("bare Rust, the same HTTP client", str(floor / "floor-post"), site, email, key, CHANNEL, "bare", TEXT),
        case("curl", which("curl"), "--silent", "--output", "/dev/null", "--fail", "--user", f"{email}:{key}",
             f"{site}/api/v1/messages", "--data", "type=stream", "--data", f"to={CHANNEL}", "--data", "topic=curl",
             "--data-urlencode", f"content={TEXT}"),
        case("bare Rust, an empty `main`", str(floor / "floor-empty")),
    )


def zulipkit_send(world: World, rc: str) -> list[str]:
    return [world.zulipkit, "send", "--zuliprc", rc, "--channel", CHANNEL, "--topic", "zulipkit", TEXT]


def zulip_send(venv: Path, rc: str) -> list[str]:
    return [str(venv / "bin/zulip-send"), "--config-file", rc, "--stream", CHANNEL, "--subject", "python", "--message", TEXT]
