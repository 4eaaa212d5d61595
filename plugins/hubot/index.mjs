// The Hubot adapter for Zulip. What reaches Zulip and comes from there goes through the program `zulipkit hubot`, which keeps
// the connection, catches up with what was missed and delivers what is said; here its lines become Hubot's messages.

import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import { Adapter, EnterMessage, LeaveMessage, TextMessage, TopicMessage } from "hubot";
import { Program } from "./program.mjs";
import { destination, heard, roomOf, roomOfChannel, roomOfMessage } from "./rooms.mjs";

// A message whose listeners are still at work after so long counts as handled, so that its topic goes on.
const PATIENCE = 30_000;

// So long it is waited for the delivery of what was said to a message; the program waits for five minutes.
const DELIVERY = 240_000;

// So many events are known again if they come twice: far more than the program gives before it has noted that one is done.
const KNOWN = 1_000;

class Zulip extends Adapter {
    constructor(robot) {
        super(robot);
        this.name = "zulip";
        this.channels = new Map();
        this.events = new Map();
        this.named = new Set();
        this.turns = new Map();
        this.handling = new AsyncLocalStorage();
        this.loaded = scriptsOf(robot);
        this.program = new Program(robot.logger, (line) => this.take(line));
    }

    /** Starts the program; Hubot loads its scripts once the bot's account is known. */
    async run() {
        this.hello = await this.program.start();
        this.emit("connected");
    }

    close() {
        this.program.stop();
        super.close();
    }

    async send(envelope, ...strings) {
        return this.say(envelope, strings);
    }

    async reply(envelope, ...strings) {
        const { user } = envelope;
        const alone = heard(envelope)?.addressed === "direct";
        const mention = user?.id && !alone ? `@**${user.name}|${user.id}**: ` : "";
        return this.say(envelope, strings.map((text) => mention + text));
    }

    async emote(envelope, ...strings) {
        return this.say(envelope, strings.map((text) => `/me ${text}`));
    }

    /** What other chats can say without a trace in their log is said as usual. */
    async locked(envelope, ...strings) {
        return this.say(envelope, strings);
    }

    /** Zulip plays no sounds. */
    async play() {}

    /** Renames the topic in which the envelope's message stands; what is said to it later goes to the new one. */
    async topic(envelope, ...strings) {
        return this.inTurn("rename the topic", envelope, async (place) => {
            const source = heard(envelope);
            const id = source?.message.id ?? (await this.newest(place));
            const topic = strings.join(" ");
            const parameters = { message_id: id, topic, propagate_mode: "change_all" };
            await this.program.ask("call", { method: "PATCH", path: "/messages/{message_id}", parameters });
            if (source) source.conversation.topic = topic;
        });
    }

    async newest({ channel, topic }) {
        const narrow = [{ operator: "channel", operand: channel }, { operator: "topic", operand: topic }];
        const parameters = { anchor: "newest", num_before: 1, num_after: 0, narrow };
        const { messages } = await this.program.ask("call", { method: "GET", path: "/messages", parameters });
        if (messages.length === 0) throw new Error(`there is no message in ${channel} > ${topic}`);
        return messages[0].id;
    }

    /** Sends the texts in order, each as a message of its own. */
    async say(envelope, strings) {
        const handling = this.handling.getStore();
        const lines = strings.map((text) => ({ text: String(text), once: handling?.name() ?? randomUUID() }));
        return this.inTurn("say something", envelope, async (to) => {
            const sent = [];
            for (const line of lines) sent.push(await this.program.ask("send", { to, ...line }));
            return sent;
        });
    }

    /**
     * Does something in a room after what is being done there already. A failure is logged: few scripts wait for an end, and a
     * promise that fails unseen would end Hubot.
     */
    async inTurn(what, envelope, work) {
        const handling = this.handling.getStore();
        const room = String(roomOf(envelope));
        // The script may give the same envelope another room meanwhile.
        const to = new Promise((resolve) => resolve(destination(envelope)));
        const done = Promise.all([to, this.turns.get(room)]).then(([to]) => work(to));
        const settled = done.catch((error) => this.robot.logger.error(`cannot ${what}: ${error.message}`));
        handling?.sayings.add(settled);
        this.turns.set(room, settled);
        const result = await settled;
        handling?.sayings.delete(settled);
        if (this.turns.get(room) === settled) this.turns.delete(room);
        return result;
    }

    /**
     * Takes an event of Zulip's, and completes when it is dealt with. If the program has died with an event it comes again: its
     * listeners then go on with what they do, and are not called twice.
     */
    take(line) {
        const key = line.key ?? randomUUID();
        if (!this.events.has(key)) this.events.set(key, this.work(line, key));
        if (this.events.size > KNOWN) this.events.delete(this.events.keys().next().value);
        return this.events.get(key);
    }

    /** Handles an event, and waits until all that was said to it is delivered. */
    async work(line, key) {
        // What was missed comes at once, and must not meet a robot without listeners.
        await this.loaded;
        const handling = new Handling(key);
        const listeners = this.handling.run(handling, () => this.handle(line)).catch((error) => {
            this.robot.logger.error(`cannot handle an event of Zulip's: ${error.stack ?? error}`);
        });
        await within(DELIVERY, handling.ends(listeners));
    }

    async handle(line) {
        switch (line.type) {
            case "message":
                return this.receive(this.textMessage(line));
            case "edit":
                return this.robot.emit("zulip_edit", { before: line.before, message: this.textMessage(line) });
            case "reaction":
                return this.robot.emit("zulip_reaction", {
                    user: await this.person(line.user_id), emoji: line.emoji, added: line.added, messageId: line.message_id,
                });
            case "event":
                return this.event(line.event);
        }
    }

    textMessage(line) {
        const { message } = line;
        if (line.conversation.type === "topic") this.channels.set(message.stream_id, message.display_recipient);
        const details = { email_address: message.sender_email };
        const user = this.userOf(message.sender_id, message.sender_full_name, details, roomOfMessage(message));
        const text = new TextMessage(user, this.textFor(line), message.id);
        text.thread = message.subject;
        text.zulip = line;
        return text;
    }

    /** Hubot knows that it is meant by its name at the start; in Zulip a mention or a direct message says so. */
    textFor({ addressed, text }) {
        const { name, alias } = this.robot;
        const start = text.replace(/^\s*@?/, "").toLowerCase();
        const named = [name, alias].filter(Boolean).some((own) => {
            // `Robotics` does not name `Robo`; an alias such as `!` may stand right before a word.
            const rest = start.slice(own.length);
            return start.startsWith(own.toLowerCase()) && !(/\w$/.test(own) && /^\w/.test(rest));
        });
        const meant = addressed === "mention" || addressed === "direct";
        return meant && !named ? `${name} ${text}` : text;
    }

    /** Returns a user as the brain has it, under the name that it has now, in a room. */
    userOf(id, fullName, details = {}, room) {
        const known = this.robot.brain.data.users[id]?.name;
        const name = fullName || known || `User ${id}`;
        if (fullName) this.named.add(id);
        const user = this.robot.brain.userForId(String(id), { name, ...details });
        Object.assign(user, { name, ...details });
        // Somebody may speak in several rooms at once, so each message has a user of its own.
        return Object.assign(Object.create(Object.getPrototypeOf(user)), user, { room });
    }

    /** Returns a user of whom only the number was told. */
    async person(id, room) {
        if (this.named.has(id)) return this.userOf(id, "", {}, room);
        const question = { method: "GET", path: "/users/{user_id}", parameters: { user_id: id } };
        // Whoever may not be looked at goes by the number.
        const { user } = await this.program.ask("call", question).catch(() => ({}));
        return this.userOf(id, user?.full_name, user && { email_address: user.email }, room);
    }

    async event(event) {
        if (event.type === "realm_user") {
            const { user_id: id, full_name: name } = event.person;
            if (event.op === "update" && name && this.named.has(id)) this.userOf(id, name);
        } else if (event.type === "subscription") {
            const Kind = { peer_add: EnterMessage, peer_remove: LeaveMessage }[event.op];
            if (!Kind) return;
            for (const channel of event.stream_ids) {
                const room = roomOfChannel(await this.channelName(channel));
                for (const id of event.user_ids) await this.receive(new Kind(await this.person(id, room)));
            }
        } else if (event.type === "update_message" && event.subject !== undefined && event.orig_subject !== undefined) {
            // What the robot has done itself it need not hear of.
            if (event.user_id === this.hello.bot.user_id) return;
            const channel = await this.channelName(event.new_stream_id ?? event.stream_id);
            const user = await this.person(event.user_id ?? 0, roomOfChannel(channel, event.subject));
            await this.receive(new TopicMessage(user, event.subject, event.message_id));
        }
    }

    async channelName(id) {
        if (!this.channels.has(id)) {
            const answer = await this.program.ask("call", {
                method: "GET", path: "/streams/{stream_id}", parameters: { stream_id: id },
            });
            this.channels.set(id, answer.stream.name);
        }
        return this.channels.get(id);
    }
}

/** The handling of an event, known to all that is done in it. */
class Handling {
    constructor(key) {
        // What is handled again, by a Hubot that was started again, says the same under the same names.
        this.key = key;
        this.said = 0;
        this.sayings = new Set();
    }

    /** Names what is said next, so that it is not said twice. */
    name() {
        return `${this.key}, ${this.said++}`;
    }

    /** Completes when the listeners are done, or at work for too long, and all that was said is delivered. */
    async ends(listeners) {
        let done = false;
        const end = listeners.then(() => { done = true; });
        await within(PATIENCE, end);
        // Who waits for a delivery is not at work, and may have more to say to its topic.
        while (!done && this.sayings.size > 0) {
            await Promise.race([end, Promise.all(this.sayings)]);
            await within(PATIENCE, end);
        }
        await this.settled();
    }

    /** Completes when all that was said is delivered. Many scripts do not wait for that. */
    async settled() {
        // Hubot takes a moment to pass on what was said last.
        await new Promise(setImmediate);
        while (this.sayings.size > 0) await Promise.all(this.sayings);
    }
}

/** Waits for something, but no longer than so many milliseconds. */
async function within(time, promise) {
    let timer;
    const late = new Promise((resolve) => { timer = setTimeout(resolve, time).unref(); });
    await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/**
 * Completes when the robot has all its scripts. Hubot says so without waiting for external ones, and these do not wait for the
 * files that they load.
 */
async function scriptsOf(robot) {
    const loading = [];
    for (const name of ["loadExternalScripts", "loadFile"]) {
        const load = robot[name].bind(robot);
        robot[name] = (...what) => {
            const loaded = load(...what);
            loading.push(loaded);
            return loaded;
        };
    }
    await new Promise((resolve) => robot.on("scripts have loaded", resolve));
    // Each may begin another. One that fails was logged by Hubot.
    while (loading.length > 0) await Promise.allSettled(loading.splice(0));
}

export default { use: (robot) => new Zulip(robot) };
