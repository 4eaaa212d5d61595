"""Bots behind outgoing webhooks: calls a second at 128 connections, beside `zulip-botserver` and the same under gunicorn.

The Zulip server at the other end is `bot-server` of the bare programs. It and the load share the cores.
"""

import json
import re
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from world import World, free_port, listens, until

CONNECTIONS = 128
# The limiter of `zulip-botserver` drops all but 20 messages in five seconds; for the comparison it is lifted.
UNLIMITED = "import sys, zulip_bots.lib as lib; lib.RateLimit.is_legal = lambda self: True; " \
    "from zulip_botserver.server import main; sys.argv[0] = 'zulip-botserver'; main()"
SHIPPED = "import sys; from zulip_botserver.server import main; sys.argv[0] = 'zulip-botserver'; main()"
# What main() does before it serves, so that gunicorn has an application with bots.
WRAPPER = """import sys
import zulip_bots.lib as lib
lib.RateLimit.is_legal = lambda self: True
from zulip_botserver import server
server.app.run = lambda *given, **named: None
sys.argv = ["zulip-botserver", "--config-file", "RC"]
server.main()
app = server.app
"""
# Each call is about another message, as from a real server, in one of as many topics as there are connections: some bots keep
# the order within a topic.
LUA = """
local id = 0
local start, middle, rest = BODY:match('^(.-"id": )4711(.-"subject": "load)(".*)$')
request = function()
  id = id + 1
  local offset = tonumber(tostring({}):match("0x(%x+)"), 16) % 1000
  local body = start .. (id * 1000 + offset) .. middle .. (id % 128) .. rest
  return wrk.format("POST", "/", {["Content-Type"] = "application/json"}, body)
end
"""
TOKEN = "t" * 32


@dataclass
class Served:
    """What one server did in one load."""

    rates: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    errors: int = 0
    resident_kb: int = 0


def time_servers(world: World, venv: Path, floor: Path, rounds: int, seconds: int) -> dict[str, Served]:
    """Loads each server in turn, so often; by name."""
    zulip = free_port()
    stub = subprocess.Popen([str(floor / "bot-server"), str(zulip), "0", "1"], stdin=subprocess.DEVNULL)
    until(lambda: listens(zulip), "the server of the bots listens")
    found: dict[str, Served] = {}
    try:
        for _ in range(rounds):
            for name, start in servers(world, venv, zulip).items():
                load(world, start, found.setdefault(name, Served()), seconds)
    finally:
        stub.kill()
        stub.wait()
    return found


def servers(world: World, venv: Path, zulip: int) -> dict[str, object]:
    def rc(port: int, bot: str = "helloworld") -> str:
        path = world.folder / f"botserverrc-{port}"
        path.write_text(f"[{bot}]\nemail=bot@example.com\nkey={'k' * 32}\nsite=http://127.0.0.1:{zulip}\ntoken={TOKEN}\n")
        path.chmod(0o600)
        return str(path)

    def ours(port: int, bot: str) -> list[str]:
        listen = ["--listen", f"127.0.0.1:{port}", "--operator", f"127.0.0.1:{free_port()}"]
        return [world.zulipkit, "bot", "serve", "--botserverrc", rc(port, bot), "--log", "warn", *listen]

    def python(port: int, code: str) -> list[str]:
        return [str(venv / "bin/python"), "-c", code, "--config-file", rc(port), "--port", str(port)]

    def gunicorn(port: int) -> list[str]:
        (world.folder / "bot_wrapper.py").write_text(WRAPPER.replace("RC", rc(port)))
        bind = f"127.0.0.1:{port}"
        return [str(venv / "bin/gunicorn"), "-w", "2", "--chdir", str(world.folder), "--bind", bind, "bot_wrapper:app"]

    return {
        "`zulipkit bot serve`, the reply in the answer": lambda port: ours(port, "help"),
        "`zulipkit bot serve`, a reply and a reaction": lambda port: ours(port, "helloworld"),
        # The follow-up bot sends to another channel and reacts, so nothing goes in the answer.
        "`zulipkit bot serve`, two requests for each message": lambda port: ours(port, "followup"),
        "`zulip-botserver` as shipped": lambda port: python(port, SHIPPED),
        "`zulip-botserver`, its limiter lifted": lambda port: python(port, UNLIMITED),
        "the same under gunicorn, 2 workers": gunicorn,
    }


def load(world: World, start, served: Served, seconds: int) -> None:
    port = free_port()
    with open(world.log, "a") as log:
        server = subprocess.Popen(
            start(port), env=world.state(f"serve-{port}"), stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        until(lambda: listens(port), "the bot server listens")
        script = world.folder / "call.lua"
        script.write_text(f"local BODY = [==[{call()}]==]\n{LUA}")
        argv = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", str(script), f"http://127.0.0.1:{port}/"]
        printed = subprocess.run(argv, check=True, capture_output=True, text=True).stdout
        served.rates.append(float(re.search(r"Requests/sec:\s+([\d.]+)", printed).group(1)))
        served.p99.append(milliseconds(re.search(r"^\s+99%\s+(\S+)", printed, re.MULTILINE).group(1)))
        failed = [int(number) for number in re.findall(r"(?:connect|read|write|timeout|responses:) (\d+)", printed)]
        served.errors += sum(failed)
        status = Path(f"/proc/{server.pid}/status").read_text()
        peak = int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])
        served.resident_kb = max(served.resident_kb, peak)
    finally:
        server.terminate()
        server.wait()


def call() -> str:
    """A call as a real server makes it."""
    text = "@**Bot|7** hi"
    message = {
        "id": 4711, "sender_id": 47, "content": text, "recipient_id": 99, "timestamp": 1795570415, "client": "website",
        "subject": "load", "topic_links": [], "rendered_content": "<p>hi</p>", "is_me_message": False, "reactions": [],
        "submessages": [], "sender_full_name": "Mia", "sender_email": "mia@example.com", "sender_realm_str": "",
        "display_recipient": "general", "type": "stream", "stream_id": 39, "avatar_url": "", "content_type": "text/x-markdown",
    }
    return json.dumps({
        "data": text, "message": message, "bot_email": "bot@example.com", "bot_full_name": "Bot", "token": TOKEN,
        "trigger": "mention",
    })


def milliseconds(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def main() -> None:
    """`serves.py ZULIPKIT VENV FLOOR FOLDER`: these measurements alone."""
    zulipkit, venv, floor, folder = map(Path, sys.argv[1:])
    world = World(zulipkit, folder, ["bots"])
    try:
        found = time_servers(world, venv, floor, rounds=1, seconds=5)
    finally:
        world.close()
    for name, served in found.items():
        rate, p99 = statistics.median(served.rates), statistics.median(served.p99)
        print(f"{name}: {rate:,.0f} a second, p99 {p99:.1f} ms, {served.errors} errors, {served.resident_kb / 1000:.0f} MB")


if __name__ == "__main__":
    main()
