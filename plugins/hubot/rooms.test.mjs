// Run by `node --test`.
import assert from "node:assert/strict";
import { test } from "node:test";
import { destination, roomOfChannel, roomOfMessage } from "./rooms.mjs";

test("a room's name leads back to its topic", () => {
    for (const [channel, topic] of [["ops", "db 1"], ["a:b", "50% + x"], ["ünïcode", "%2B"], ["全角　空白", "no\u00a0break"]]) {
        assert.deepEqual(destination({ room: roomOfChannel(channel, topic) }), { channel, topic });
    }
    assert.equal(roomOfChannel("ops", "db 1"), "stream:ops topic:db+1");
    assert.deepEqual(destination({ room: roomOfChannel("ops") }), { channel: "ops", topic: "(no topic)" });
});

test("a direct room names everyone", () => {
    const people = [{ email: "ann+x@example.com" }, { email: "bot@example.com" }];
    const room = roomOfMessage({ display_recipient: people });
    assert.equal(room, "pm-with:ann%2Bx@example.com,bot@example.com");
    assert.deepEqual(destination({ room }), { people: ["ann+x@example.com", "bot@example.com"] });
    assert.deepEqual(destination({ room: "pm-with:9,10" }), { people: [9, 10] });
});

test("a person or a channel may be named alone", () => {
    assert.deepEqual(destination({ room: "9" }), { people: [9] });
    assert.deepEqual(destination({ room: 9 }), { people: [9] });
    assert.deepEqual(destination({ id: "9", name: "Ann" }), { people: [9] });
    assert.deepEqual(destination({ user: { id: "9", name: "Ann" } }), { people: [9] });
    assert.deepEqual(destination({ room: "ann+x@example.com" }), { people: ["ann+x@example.com"] });
    assert.deepEqual(destination({ room: "data base" }), { channel: "data base", topic: "(no topic)" });
    assert.deepEqual(destination({ room: "#ops" }), { channel: "ops", topic: "(no topic)" });
});

test("what is no room is refused", () => {
    assert.throws(() => destination({ room: "stream:ops" }), /Couldn't parse room: 'stream:ops'/);
    assert.throws(() => destination({ room: "pm-with:" }), /Couldn't parse room/);
    assert.throws(() => destination({ room: "" }), /Couldn't parse room/);
    assert.throws(() => destination({}), /Couldn't parse room/);
});
