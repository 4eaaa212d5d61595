"""Uses the package `zulip` as a bot would. Arguments: the bot's zuliprc and a person's."""

import io
import sys
import threading
import time
import urllib.request

import zulip


def done(answer):
    assert answer["result"] == "success", answer
    return answer


bot = zulip.Client(config_file=sys.argv[1], client="ZulipTestBot/1.0")
person = zulip.Client(config_file=sys.argv[2], client="ZulipTestPerson/1.0")

# Sending and reading.
where = {"type": "stream", "to": "general", "topic": "from Python"}
sent = done(bot.send_message({**where, "content": "hello **world**"}))["id"]
found = done(bot.get_messages({"anchor": sent, "num_before": 0, "num_after": 0}))["messages"][0]
assert found["content"] == "<p>hello <strong>world</strong></p>", found
assert found["client"] == "ZulipTestBot", found
done(bot.update_message({"message_id": sent, "content": "changed"}))
done(bot.add_reaction({"message_id": sent, "emoji_name": "tada"}))
assert done(bot.get_raw_message(sent))["raw_content"] == "changed"
done(person.add_subscriptions([{"name": "made by Python"}]))
assert bot.get_stream_id("made by Python")["result"] == "success"
refused = bot.send_message({**where, "to": "no such channel", "content": "x"})
assert refused["code"] == "STREAM_DOES_NOT_EXIST", refused

# A file, and its content behind the temporary URL.
file = io.BytesIO(b"some bytes")
file.name = "notes.txt"
uri = done(bot.upload_file(file))["uri"]
temporary = done(bot.call_endpoint(uri[1:], method="GET"))["url"]
with urllib.request.urlopen(bot.base_url[: -len("/api/")] + temporary) as answer:
    assert answer.read() == b"some bytes"

# Storage.
done(bot.update_storage({"storage": {"counter": "1"}}))
assert done(bot.get_storage({"keys": ["counter"]}))["storage"] == {"counter": "1"}

# The event loop, which runs for ever in a thread that ends with the program.
heard = threading.Event()
messages = []


def listen(message):
    messages.append(message["content"])
    heard.set()


threading.Thread(target=bot.call_on_each_message, args=(listen,), daemon=True).start()
end = time.monotonic() + 30
# What is sent before the loop has registered does not reach it.
while not heard.wait(0.2):
    assert time.monotonic() < end, "the event loop heard nothing"
    done(person.send_message({**where, "content": "an event"}))
assert messages[0] == "an event", messages
print("done")
