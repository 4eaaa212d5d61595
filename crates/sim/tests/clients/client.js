// Uses the package `zulip-js` as a bot would. Argument: the bot's zuliprc.
"use strict";

const assert = require("node:assert");
const zulipInit = require("zulip-js");

async function main() {
    const zulip = await zulipInit({ zuliprc: process.argv[2] });
    const me = await zulip.users.me.getProfile();
    assert.strictEqual(me.is_bot, true);

    const queue = await zulip.queues.register({ event_types: ["message", "reaction"] });
    assert.strictEqual(queue.result, "success", queue.msg);
    const where = { to: "general", type: "stream", topic: "from JavaScript" };
    const sent = await zulip.messages.send({ ...where, content: "hello **world**" });
    assert.strictEqual(sent.result, "success", sent.msg);
    const events = await zulip.events.retrieve({ queue_id: queue.queue_id, last_event_id: -1 });
    assert.strictEqual(events.events[0].message.content, "hello **world**");

    const waiting = zulip.events.retrieve({ queue_id: queue.queue_id, last_event_id: 0 });
    await zulip.reactions.add({ message_id: sent.id, emoji_name: "tada" });
    assert.strictEqual((await waiting).events[0].emoji_name, "tada");

    const found = await zulip.messages.retrieve({ anchor: "newest", num_before: 1, num_after: 0 });
    assert.strictEqual(found.messages[0].content, "<p>hello <strong>world</strong></p>");
    const storage = { storage: JSON.stringify({ counter: "1" }) };
    assert.strictEqual((await zulip.callEndpoint("/bot_storage", "PUT", storage)).result, "success");
    const stored = await zulip.callEndpoint("/bot_storage", "GET");
    assert.deepStrictEqual(stored.storage, { counter: "1" });
    const refused = await zulip.messages.send({ ...where, to: "no such channel", content: "x" });
    assert.strictEqual(refused.code, "STREAM_DOES_NOT_EXIST");
    await zulip.queues.deregister({ queue_id: queue.queue_id });
    console.log("done");
}

main();
