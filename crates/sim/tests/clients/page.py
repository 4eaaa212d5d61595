"""Uses the page in headless Chromium as a person would. Arguments: its address and, if pictures are wanted, a folder."""

import base64
import json
import os
import subprocess
import sys
import tempfile
import time

LIMIT_S = 60


class Refused(Exception):
    """The browser cannot do it, for one because the page is just being left."""


class Browser:
    """Speaks the DevTools protocol over two pipes, which Chromium expects as the descriptors 3 and 4."""

    def __init__(self, profile):
        to_read, self.to_browser = os.pipe()
        self.from_browser, to_write = os.pipe()
        command = 'exec chromium "$@" 3<&%d 4>&%d' % (to_read, to_write)
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--hide-scrollbars"]
        self.process = subprocess.Popen(
            ["bash", "-c", command, "chromium", *options, "--user-data-dir=" + profile],
            pass_fds=[to_read, to_write],
            stderr=subprocess.DEVNULL,
        )
        os.close(to_read)
        os.close(to_write)
        self.last, self.rest, self.session, self.complaints = 0, b"", None, []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.ask(domain + ".enable")

    def ask(self, method, **params):
        self.last += 1
        message = {"id": self.last, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to_browser, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.read()
            if answer.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded"):
                self.complaints.append(answer["params"])
            if answer.get("id") == self.last:
                if "error" in answer:
                    raise Refused(answer["error"])
                return answer["result"]

    def read(self):
        while b"\0" not in self.rest:
            piece = os.read(self.from_browser, 65536)
            assert piece, "Chromium has ended"
            self.rest += piece
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def run(self, script):
        result = self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def wait(self, script):
        end = time.monotonic() + LIMIT_S
        while not self.holds(script):
            assert time.monotonic() < end, "in vain: " + script + "\n" + str(self.run("document.body.innerText"))
            time.sleep(0.05)

    def holds(self, script):
        try:
            return self.run(script)
        except Refused:
            return False

    def press(self, key, code=None, modifiers=0):
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=code or key, modifiers=modifiers,
                     windowsVirtualKeyCode={"Enter": 13, "Tab": 9}.get(key, 0))

    def size(self, width, height):
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def picture(self, folder, name):
        if folder:
            data = self.ask("Page.captureScreenshot", format="png")["data"]
            with open(os.path.join(folder, name + ".png"), "wb") as file:
                file.write(base64.b64decode(data))


def count(selector):
    return "document.querySelectorAll(%s).length" % json.dumps(selector)


def use(browser, address, folder):
    browser.size(1440, 900)
    browser.ask("Page.navigate", url=address)
    browser.wait("document.getElementById('live')?.textContent === 'live'")

    # Writing with the keyboard alone, in a person's name.
    browser.run("document.querySelector('[name=topic]').focus()")
    browser.ask("Input.insertText", text="from the page")
    browser.run("document.querySelector('[name=mention]').value = 'Example Bot';"
                "document.querySelector('[name=mention]').dispatchEvent(new Event('change'))")
    browser.ask("Input.insertText", text="hello\n\n|a|b|\n|:-:|--:|\n|c|d|\n\n```python\ndef answer():\n    return 42\n```\n\n```spoiler More\nhidden\n```")
    browser.press("Enter", modifiers=2)
    browser.wait(count(".message .user-mention") + " === 1")
    assert browser.run("document.querySelector('[name=content]').value") == ""
    assert browser.run(count(".code-keyword")) == 2
    assert browser.run("getComputedStyle(document.querySelector('td.right')).textAlign") == "right"
    shown = "getComputedStyle(document.querySelector('.spoiler-content')).display !== 'none'"
    assert not browser.run(shown)
    browser.run("document.querySelector('.spoiler-toggle').click()")
    assert browser.run(shown)

    # A reaction, and taken back.
    browser.run("document.querySelector('.react [data-emoji=tada]').click()")
    browser.wait(count(".reactions > button") + " === 1")
    assert browser.run(shown), "an open spoiler stays open"
    browser.run("document.querySelector('.reactions > button').click()")
    browser.wait(count(".reactions > button") + " === 0")
    browser.picture(folder, "light")

    # A fault: on, seen, off.
    switch = "document.querySelector('.switches button')"
    browser.run(switch + ".click()")
    browser.wait(switch + ".getAttribute('aria-pressed') === 'true'")
    status = browser.run("fetch('/api/v1/server_settings').then((answer) => answer.status)")
    assert status == 502, status
    browser.wait(count(".request .refused") + " === 1")
    browser.run(switch + ".click()")
    browser.wait(switch + ".getAttribute('aria-pressed') === 'false'")

    # A direct message with a bot, in the dark.
    browser.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    browser.run("document.querySelector('#converse button').click()")
    browser.wait("document.getElementById('compose')?.dataset.with && document.getElementById('live').textContent === 'live'")
    browser.run("document.getElementById('content').focus()")
    browser.ask("Input.insertText", text="help")
    browser.press("Enter", modifiers=2)
    browser.wait(count(".message") + " === 1")
    browser.picture(folder, "dark")

    # A narrow screen shows one column, and nothing sticks out of it.
    browser.size(390, 800)
    columns = "['nav', 'main', 'aside'].filter((name) => document.querySelector(name).offsetParent !== null).join()"
    for tab, column in (("channels", "nav"), ("requests", "aside"), ("messages", "main")):
        browser.run("document.querySelector('[data-show=%s]').click()" % tab)
        assert browser.run(columns) == column, browser.run(columns)
        assert browser.run("document.documentElement.scrollWidth") == 390
    browser.picture(folder, "narrow")
    # The answer of the fault above is the one thing to complain of.
    complaints = [it for it in browser.complaints if "502" not in json.dumps(it)]
    assert not complaints, complaints


with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
    browser = Browser(profile)
    try:
        use(browser, sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)
    finally:
        browser.process.kill()
        browser.process.wait()
print("done")
