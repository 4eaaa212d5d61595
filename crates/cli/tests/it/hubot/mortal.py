#!/usr/bin/env python3
"""Stands between Hubot and `zulipkit hubot`, and lets one of them or both die where a message says so.

The message is `die POINT VICTIM`. A point is reached when a line is there (`event`, `send`, `answer`, `done`), or when it was
passed on (`given`, `sent`, `answered`, `acknowledged`). In the folder `MARKS` a file tells that it has happened.
"""

import json
import os
import re
import signal
import subprocess
import sys
import threading

program = subprocess.Popen(
    [os.environ["ZULIPKIT"], *sys.argv[1:]], stdin=subprocess.PIPE, stdout=subprocess.PIPE
)
hubot = os.getppid()
# What is to die, where, and the lines that belong to it.
plan = {}


def at(point):
    if point is None or plan.get("point") != point:
        return
    open(plan["mark"], "w").close()
    victim = plan["victim"]
    plan.clear()
    if victim != "hubot":
        program.kill()
        program.wait()
    if victim != "program":
        os.kill(hubot, signal.SIGKILL)
    if victim != "hubot":
        os._exit(9)


def event(line):
    order = re.match(r"die (\w+) (\w+)$", line.get("text", ""))
    if line["type"] == "message" and order:
        mark = os.path.join(os.environ["MARKS"], " ".join(order.groups()))
        if not os.path.exists(mark):
            first = f"message {line['message']['id']}, 0"
            plan.update(point=order[1], victim=order[2], mark=mark, event=line["id"], first=first)
            return "event", "given"
    if line["type"] == "answer" and line["id"] == plan.get("send"):
        return "answer", "answered"


def said(line):
    if line["type"] == "send" and line["once"] == plan.get("first"):
        plan["send"] = line["id"]
        return "send", "sent"
    if line["type"] == "done" and line["id"] == plan.get("event"):
        return "done", "acknowledged"


def pump(source, sink, points_of):
    for line in source:
        before, after = points_of(json.loads(line)) or (None, None)
        at(before)
        try:
            sink.write(line)
            sink.flush()
        except BrokenPipeError:
            pass
        at(after)
    sink.close()


threading.Thread(target=pump, args=(sys.stdin.buffer, program.stdin, said), daemon=True).start()
pump(program.stdout, sys.stdout.buffer, event)
os._exit(program.wait())
