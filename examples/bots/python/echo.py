#!/usr/bin/env python3
"""A bot for `zulipkit bot run`: says what it hears, and counts. See the book's page about JSON lines."""

import json
import sys


def say(**line):
    print(json.dumps(line), flush=True)


count = 0
for line in sys.stdin:
    said = json.loads(line)
    if said["type"] == "hello":
        greeting = said["config"].get("greeting", "You said")
        say(type="ready", usage={"name": "Echo", "text": "I say what I hear."})
    elif said["type"] == "message":
        count += 1
        say(id=said["id"], reply=f"{greeting} ({count}): {said['text']}")
    elif "id" in said:
        say(id=said["id"])
