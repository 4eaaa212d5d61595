// The names of rooms, as hubot-zulip had them: `stream:ops topic:db+1`, `pm-with:ann@example.com,bot@example.com`.

// What a channel's messages without a topic stand under: servers that allow an empty topic take this for it.
const NO_TOPIC = "(no topic)";
const ENCODED = { "%": "%25", "+": "%2B", ":": "%3A", " ": "+" };
const encode = (text) => text.replace(/[%+: ]/g, (letter) => ENCODED[letter]);
const decode = (text) => decodeURIComponent(text.replaceAll("+", " ").replace(/%(?![0-9A-Fa-f]{2})/g, "%25"));

/** Returns the room of a topic of a channel, or of the channel as a whole. */
export function roomOfChannel(channel, topic = "") {
    return `stream:${encode(channel)} topic:${encode(topic)}`;
}

/** Returns the room in which a message stands. */
export function roomOfMessage(message) {
    const place = message.display_recipient;
    if (typeof place === "string") return roomOfChannel(place, message.subject);
    return `pm-with:${place.map((person) => encode(person.email)).join(",")}`;
}

/** Returns the event of Zulip's that an envelope answers, if it does. Hubot wraps the message for a catch-all listener. */
export function heard(envelope) {
    return envelope.message?.zulip ?? envelope.message?.message?.zulip;
}

/** Returns the room of an envelope: scripts may give a user for it, such as the brain has, who is in no room. */
export function roomOf(envelope) {
    return envelope.room ?? envelope.user?.room ?? envelope.user?.id ?? envelope.id;
}

/** Returns where to send what is said to an envelope. */
export function destination(envelope) {
    const conversation = heard(envelope)?.conversation;
    const room = roomOf(envelope);
    if (conversation && room === envelope.message.room) return conversation;
    const [, channel, topic] = /^stream:([^ ]+) topic:([^ ]*)$/.exec(room ?? "") ?? [];
    if (channel) return { channel: decode(channel), topic: decode(topic) || NO_TOPIC };
    const [, list] = /^pm-with:([^ ]+)$/.exec(room ?? "") ?? [];
    if (list) return together(list.split(",").map(decode));
    // Scripts that know nothing of topics name a person, as hubot-help does, or a channel.
    if (/^(\d+|[^\s@]+@[^\s@]+)$/.test(room)) return together([String(room)]);
    const [, name] = /^#?(?!stream:|pm-with:)(.+)$/.exec(room ?? "") ?? [];
    if (!name) throw new Error(`Couldn't parse room: '${room}'`);
    return { channel: name, topic: NO_TOPIC };
}

/** Returns the conversation of people given by their numbers or their addresses. */
function together(people) {
    return { people: people.every((person) => /^\d+$/.test(person)) ? people.map(Number) : people };
}
