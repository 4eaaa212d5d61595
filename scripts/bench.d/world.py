"""One folder with all that the programs meet: the simulated server, the ways to it, accounts, and repositories."""

import base64
import fcntl
import functools
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

import front

HERE = Path(__file__).parent
SYSTEM_ROOTS = "/etc/ssl/certs/ca-certificates.crt"
# How long to wait for what happens at once if it happens at all.
PATIENCE = 60


class World:
    """Everything that is made here ends with it."""

    def __init__(self, zulipkit: Path, folder: Path, channels: list[str]):
        self.zulipkit = str(zulipkit)
        self.folder = Path(tempfile.mkdtemp(prefix="world-", dir=folder))
        self.log = str(self.folder / "log")
        self._children: list[subprocess.Popen] = []
        self._simulate(channels)

    def close(self) -> None:
        for child in reversed(self._children):
            child.terminate()
            child.wait()
        shutil.rmtree(self.folder)

    # The server and the ways to it

    def _simulate(self, channels: list[str]) -> None:
        self.rc = self.folder / "zuliprc"
        named = [argument for channel in channels for argument in ("--channel", channel)]
        self.start([self.zulipkit, "sim", "--zuliprc", str(self.rc), *named])
        until(lambda: self.rc.exists() and "site=" in self.rc.read_text(), "the simulated server starts")
        self.account = dict(
            line.split("=", 1) for line in self.rc.read_text().replace(" = ", "=").splitlines() if "=" in line
        )
        self.site = self.account["site"].rstrip("/")

    def start(self, argv: list[str], env: dict[str, str] | None = None) -> subprocess.Popen:
        """Starts what runs beside until the end."""
        with open(self.log, "a") as log:
            child = subprocess.Popen(argv, env=env or self.env(), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._children.append(child)
        return child

    def rc_for(self, site: str, name: str) -> str:
        """A zuliprc of the same bot with another way to the server."""
        path = self.folder / f"zuliprc-{name}"
        path.write_text("[api]\n" + "".join(f"{key}={value}\n" for key, value in {**self.account, "site": site}.items()))
        path.chmod(0o600)
        return str(path)

    def tls_front(self) -> tuple[str, dict[str, str]]:
        """TLS before the server, with a certificate of a local authority; its address and the variables by which every
        program trusts it.

        The same front, OpenSSL in a small Python process, for all programs: what it takes is in every program's time. (It
        takes a third of what stunnel takes for a new connection.) The authority is added to the system's roots, so that
        every program reads as many as on a usual machine. Nobody is offered HTTP/2.
        """
        certificate, key, variables = self.certificate
        port = free_port()
        self.start([sys.executable, front.__file__, self.site, str(port), certificate, key])
        until(lambda: listens(port), "the TLS front starts")
        return f"https://localhost:{port}", variables

    @functools.cached_property
    def certificate(self) -> tuple[str, str, dict[str, str]]:
        """A certificate of a local authority for `localhost`, its key, and the variables by which programs trust it."""
        def openssl(*arguments: str) -> None:
            self.check(["openssl", "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                        "-days", "2", *arguments])

        path = {name: str(self.folder / name) for name in ("ca.pem", "ca.key", "server.pem", "server.key", "roots.pem")}
        openssl("-subj", "/CN=zulipkit bench", "-addext", "keyUsage=critical,keyCertSign",
                "-keyout", path["ca.key"], "-out", path["ca.pem"])
        openssl("-subj", "/CN=localhost", "-addext", "basicConstraints=critical,CA:FALSE",
                "-addext", "subjectAltName=DNS:localhost", "-CA", path["ca.pem"], "-CAkey", path["ca.key"],
                "-keyout", path["server.key"], "-out", path["server.pem"])
        Path(path["roots.pem"]).write_text(Path(SYSTEM_ROOTS).read_text() + Path(path["ca.pem"]).read_text())

        variables = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
        return path["server.pem"], path["server.key"], dict.fromkeys(variables, path["roots.pem"])

    def counting_front(self) -> tuple[str, front.Front]:
        """A way to the server that counts requests; nothing is timed through it."""
        way = front.Front(self.site, free_port()).start()
        return f"http://127.0.0.1:{way.port}", way

    # The server's state

    def ask(self, method: str, path: str, body: object = None) -> object:
        request = urllib.request.Request(self.site + path, method=method)
        user = f"{self.account['email']}:{self.account['key']}"
        request.add_header("Authorization", "Basic " + base64.b64encode(user.encode()).decode())
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def fail(self, fault: object) -> None:
        """From now on every request to the server fails in this way; None makes it well again."""
        if fault is None:
            self.ask("DELETE", "/sim/faults")
        else:
            self.ask("POST", "/sim/faults", {"on": "*", "fault": fault})

    def messages(self, channel: str) -> int:
        """How many messages the channel has, up to 1,000."""
        query = urllib.parse.urlencode({
            "anchor": "newest", "num_before": 1000, "num_after": 0,
            "narrow": json.dumps([{"operator": "channel", "operand": channel}]),
        })
        return len(self.ask("GET", f"/api/v1/messages?{query}")["messages"])

    def newest(self) -> int:
        """The id of the newest message in any channel."""
        query = urllib.parse.urlencode({
            "anchor": "newest", "num_before": 1, "num_after": 0,
            "narrow": json.dumps([{"operator": "channels", "operand": "public"}]),
        })
        return max((message["id"] for message in self.ask("GET", f"/api/v1/messages?{query}")["messages"]), default=0)

    # Processes

    def env(self, **more: str) -> dict[str, str]:
        """The environment of what is timed: nobody's own settings, and one home for all."""
        return {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.folder / "home"),
            "LANG": "C.UTF-8",
            "GIT_CONFIG_NOSYSTEM": "1",
            "NO_PROXY": "*",
            **more,
        }

    def check(self, argv: list[str], env: dict[str, str] | None = None, **more) -> str:
        """Runs what must go well, and returns what it prints."""
        done = subprocess.run(argv, env=env or self.env(), capture_output=True, text=True, **more)
        if done.returncode:
            raise RuntimeError(f"{argv}: {done.stdout}{done.stderr}")
        return done.stdout

    def state(self, name: str) -> dict[str, str]:
        """An environment with an outbox of its own."""
        return self.env(XDG_STATE_HOME=str(self.folder / name))

    def outbox(self, state: dict[str, str]) -> list[dict]:
        return json.loads(self.check([self.zulipkit, "outbox", "list", "--json"], state))

    def no_deliverer(self, state: dict[str, str]) -> bool:
        """Whether nobody holds the outbox's lock, that is, whether no deliverer is at work."""
        try:
            lock = open(Path(state["XDG_STATE_HOME"]) / "zulipkit/deliver.lock")
        except FileNotFoundError:
            return True
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
        return True


def until(condition, what: str, patience: float = PATIENCE) -> None:
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {patience} s until {what}")
        time.sleep(0.005)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def listens(port: int) -> bool:
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0


def which(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise FileNotFoundError(program)
    return path


def size_of(folder: Path) -> int:
    """Bytes of all files in a folder, each link as nothing."""
    return sum(
        os.lstat(os.path.join(base, name)).st_size
        for base, _, names in os.walk(folder)
        for name in names
        if not os.path.islink(os.path.join(base, name))
    )
