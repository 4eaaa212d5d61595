// The Hubot adapter for Zulip. What reaches Zulip and comes from there goes through the program `zulipkit hubot`, which keeps
// the connection, catches up with what was missed and delivers what is said; here its lines become Hubot's messages.

import { Adapter, EnterMessage, LeaveMessage, TextMessage, TopicMessage } from "hubot";
import { Program } from "./program.mjs";
import { destination, roomOfChannel, roomOfMessage } from "./rooms.mjs";

// A message whose listeners are still at work after so long counts as handled, so that its topic goes on.
const PATIENCE = 30_000;

class Zulip extends Adapter {
    constructor(robot) {
        super(robot);
        this.name = "zulip";
        this.channels = new Map();
        this.open = new Set();
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
        const alone = envelope.message?.zulip?.addressed === "direct";
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

    /** Renames the topic in which the envelope's message stands. */
    async topic(envelope, ...strings) {
        const id = envelope.message?.zulip?.message.id ?? (await this.newest(envelope));
        const parameters = { message_id: id, topic: strings.join(" "), propagate_mode: "change_all" };
        await this.program.ask("call", { method: "PATCH", path: "/messages/{message_id}", parameters });
    }

    async newest(envelope) {
        const { channel, topic } = destination(envelope);
        const narrow = [{ operator: "channel", operand: channel }, { operator: "topic", operand: topic }];
        const parameters = { anchor: "newest", num_before: 1, num_after: 0, narrow };
        const { messages } = await this.program.ask("call", { method: "GET", path: "/messages", parameters });
        if (messages.length === 0) throw new Error(`there is no message in ${envelope.room}`);
        return messages[0].id;
    }

    /** Sends the texts in order, each as a message of its own. */
    async say(envelope, strings) {
        const event = envelope.message?.zulip?.id;
        const sent = [];
        for (const text of strings) {
            // The program repeats a message that was cut off; what belongs to it is then not said twice.
            const handling = this.open.has(event) ? { event } : {};
            sent.push(await this.program.ask("send", { to: destination(envelope), text: String(text), ...handling }));
        }
        return sent;
    }

    /** Takes an event of Zulip's, and tells the program when it is dealt with. */
    async take(line) {
        if (line.id === undefined) return;
        // What was missed comes at once, and must not meet a robot without listeners.
        await this.loaded;
        this.open.add(line.id);
        let timer;
        const late = new Promise((resolve) => { timer = setTimeout(resolve, PATIENCE).unref(); });
        try {
            await Promise.race([this.handle(line), late]);
        } catch (error) {
            this.robot.logger.error(`cannot handle an event of Zulip's: ${error.stack ?? error}`);
        }
        clearTimeout(timer);
        this.open.delete(line.id);
        this.program.say({ type: "done", id: line.id });
    }

    async handle(line) {
        switch (line.type) {
            case "message":
                return this.receive(this.textMessage(line));
            case "edit":
                return this.robot.emit("zulip_edit", { before: line.before, message: this.textMessage(line) });
            case "reaction":
                return this.robot.emit("zulip_reaction", {
                    user: this.userOf(line.user_id), emoji: line.emoji, added: line.added, messageId: line.message_id,
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
        const user = this.robot.brain.userForId(String(id), { name, ...details });
        Object.assign(user, { name, ...details });
        // Somebody may speak in several rooms at once, so each message has a user of its own.
        return Object.assign(Object.create(Object.getPrototypeOf(user)), user, { room });
    }

    async event(event) {
        if (event.type === "subscription") {
            const Kind = { peer_add: EnterMessage, peer_remove: LeaveMessage }[event.op];
            if (!Kind) return;
            for (const channel of event.stream_ids) {
                const room = roomOfChannel(await this.channelName(channel));
                for (const id of event.user_ids) await this.receive(new Kind(this.userOf(id, "", {}, room)));
            }
        } else if (event.type === "update_message" && event.subject !== undefined && event.orig_subject !== undefined) {
            const channel = await this.channelName(event.new_stream_id ?? event.stream_id);
            const user = this.userOf(event.user_id ?? 0, "", {}, roomOfChannel(channel, event.subject));
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
