// The program `zulipkit hubot`, kept running: lines of JSON to its standard input, and from its standard output.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const PROTOCOL = 1;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 60_000;
const INSTALL = "install zulipkit, or say where it is with HUBOT_ZULIP_COMMAND";

export class Program {
    constructor(logger, take) {
        this.logger = logger;
        this.take = take;
        this.asked = 0;
        this.waiting = new Map();
        this.wait = FIRST_WAIT;
        this.stopped = false;
    }

    /** Starts the program, and returns what it says first. Fails if it cannot be started or has no account. */
    start() {
        return new Promise((resolve, reject) => this.launch(resolve, reject));
    }

    /** Ends the program: it does when its input ends. */
    stop() {
        this.stopped = true;
        clearTimeout(this.timer);
        this.child?.stdin.end();
    }

    /** Hands over an event, and tells the program when it is dealt with; one that was started meanwhile has other numbers. */
    async give(event, child) {
        await this.take(event);
        if (child === this.child) this.say({ type: "done", id: event.id });
    }

    say(line) {
        if (this.child?.stdin.writable) this.child.stdin.write(JSON.stringify(line) + "\n");
    }

    /** Asks for something and returns the result. While the program is being started again, that is waited for. */
    ask(type, fields) {
        const id = ++this.asked;
        return new Promise((resolve, reject) => {
            const line = { ...fields, type, id };
            this.waiting.set(id, { line, resolve, reject });
            if (this.ready) this.say(line);
        });
    }

    launch(resolve, reject) {
        const command = process.env.HUBOT_ZULIP_COMMAND || "zulipkit";
        this.ready = false;
        const child = spawn(command, ["hubot"], { stdio: ["pipe", "pipe", "inherit"] });
        this.child = child;
        let problem;
        child.on("error", (error) => {
            problem = error.code === "ENOENT" ? `cannot find \`${command}\`: ${INSTALL}` : `cannot start \`${command}\`: ${error.message}`;
            this.ended(problem, reject);
        });
        // A program that ends while it is written to says why by its exit code.
        child.stdin.on("error", () => {});
        child.on("close", (code, signal) => {
            if (problem) return;
            const old = code === 2 ? " (an old version does not know `zulipkit hubot`: update it)" : "";
            this.ended(`\`zulipkit hubot\` has ended with ${signal ?? `code ${code}`}${old}`, reject);
        });
        createInterface({ input: child.stdout }).on("line", (text) => this.read(text, child, resolve));
    }

    read(text, child, resolve) {
        let line;
        try {
            line = JSON.parse(text);
        } catch {
            this.logger.error(`\`zulipkit hubot\` wrote something that is no JSON: ${text.slice(0, 100)}`);
            return;
        }
        if (line.type === "hello") this.begin(line, resolve);
        else if (line.type === "answer") this.answer(line);
        else if (line.id !== undefined) this.give(line, child);
    }

    begin(hello, resolve) {
        if (hello.protocol !== PROTOCOL) {
            this.logger.error(`zulipkit ${hello.zulipkit} speaks version ${hello.protocol} of the protocol, this adapter ${PROTOCOL}: update the older of them`);
            this.child.stdin.end();
            return;
        }
        this.ready = true;
        this.wait = FIRST_WAIT;
        this.hello = hello;
        this.say({ type: "ready", usage: { name: "Hubot", text: "" } });
        // What was asked of a program that died is asked again. It is not said twice, since each saying has a name.
        for (const { line } of this.waiting.values()) this.say(line);
        resolve(hello);
    }

    answer({ id, result, error }) {
        const asked = this.waiting.get(id);
        this.waiting.delete(id);
        if (error === undefined) asked?.resolve(result);
        else asked?.reject(new Error(error));
    }

    ended(problem, reject) {
        this.ready = false;
        if (this.stopped) return;
        if (!this.hello) return reject(new Error(problem));
        this.logger.error(`${problem}; it is started again in ${this.wait / 1000} s`);
        this.timer = setTimeout(() => this.launch(() => {}, () => {}), this.wait);
        this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    }
}
