"""What a step `zulipkit jenkins build` adds to a build: the whole of its process, which the build waits for."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from timing import Case, round_robin
from world import World, until

CHANNEL = "builds"


class Answers(BaseHTTPRequestHandler):
    """Jenkins' JSON API, as far as a step asks: the builds of its job, and its own build. One answer holds both."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        builds = [
            {"number": number, "building": number == 42, "result": None if number == 42 else "FAILURE",
             "timestamp": 1772366400000 + number * 60000, "duration": 60000}
            for number in range(42, 22, -1)
        ]
        change = {"commitId": "4be1a62d0c8f", "msg": "Round half cents up", "author": {"fullName": "Kim"}}
        answer = builds[0] | {
            "url": "https://ci.example.com/job/shop/42/", "allBuilds": builds, "changeSets": [{"items": [change]}],
            "actions": [{"causes": [{"shortDescription": "Started by timer"}]}],
        }
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_) -> None:
        pass


class Jenkins(ThreadingHTTPServer):
    def handle_error(self, *_) -> None:
        """A step that has waited long enough hangs up."""


def time_steps(world: World, rounds: int) -> list[Case]:
    """Steps of builds whose settings name no Jenkins, one that answers, and two that take the connection and say nothing."""
    with Jenkins(("127.0.0.1", 0), Answers) as jenkins, socket.create_server(("127.0.0.1", 0)) as silent:
        threading.Thread(target=jenkins.serve_forever, daemon=True).start()
        hangs = f"127.0.0.1:{silent.getsockname()[1]}/"
        cases = [
            step(world, "Jenkins is not asked", None),
            step(world, "Jenkins answers", f"http://127.0.0.1:{jenkins.server_port}/"),
            step(world, "Jenkins hangs", f"http://{hangs}"),
            step(world, "Jenkins hangs, HTTPS", f"https://{hangs}"),
        ]
        try:
            round_robin(cases, rounds, warm_ups=2, log=world.log)
        finally:
            jenkins.shutdown()
    return cases


def step(world: World, title: str, url: str | None) -> Case:
    home = world.folder / "jenkins" / title
    home.mkdir(parents=True)
    rc = world.rc_for(world.site, CHANNEL)
    controller = f'[controller]\nurl = "{url}"\n' if url else ""
    route = f'[[route]]\nchannel = "{CHANNEL}"\n'
    (home / "zulip_jenkins.toml").write_text(f'[zulip]\nzuliprc = "{rc}"\n{controller}{route}')
    state = world.state(f"jenkins {title}") | {
        "JENKINS_HOME": str(home), "JOB_NAME": "shop", "BUILD_NUMBER": "42", "BUILD_URL": "https://ci.example.com/job/shop/42/",
    }
    return Case(
        title, [world.zulipkit, "jenkins", "build", "FAILURE"], state,
        settle=lambda: until(lambda: world.no_deliverer(state), "the deliverer is gone"),
    )
