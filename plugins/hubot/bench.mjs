// Times how long a message takes to Hubot's listener, and sends a burst. Needs Hubot and this adapter in the folder it runs in:
//
//     node node_modules/hubot-zulipkit/bench.mjs PATH_OF_ZULIPKIT
//
// A time is from before the request that sends the message until the listener runs, so the simulated server's part is in it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Robot } from "hubot";
import adapter from "./index.mjs";

const ROUNDS = 300;
const BURST = 1_000;
const zulipkit = process.argv[2] ?? "zulipkit";
const folder = mkdtempSync(join(tmpdir(), "hubot-bench-"));
const zuliprc = join(folder, "zuliprc");

const sim = spawn(zulipkit, ["sim", "--channel", "bench", "--person", "Ada:ada@example.com", "--zuliprc", zuliprc]);
let site;
for await (const line of createInterface({ input: sim.stdout })) {
    site ??= /http:\S+/.exec(line)?.[0];
    if (line.includes(zuliprc)) break;
}
Object.assign(process.env, {
    HUBOT_ZULIP_COMMAND: zulipkit, ZULIP_CONFIG: zuliprc, XDG_STATE_HOME: folder, HUBOT_LOG_LEVEL: "error",
});
const robot = new Robot({ use: adapter.use }, false, "Robo");
await robot.loadAdapter();
const heard = [];
let wake = () => {};
robot.hear(/^(\d+)$/, (response) => {
    heard.push([Number(response.match[1]), performance.now()]);
    wake();
});
await robot.run();
robot.emit("scripts have loaded", robot);

const people = await robot.adapter.program.ask("call", { method: "GET", path: "/users" });
const ada = people.members.find((person) => person.full_name === "Ada").user_id;

async function say(number, topic) {
    const began = performance.now();
    const body = JSON.stringify({ as: ada, channel: "bench", topic, content: String(number) });
    const headers = { "Content-Type": "application/json" };
    await (await fetch(`${site}/sim/messages?as=${ada}`, { method: "POST", headers, body })).text();
    return began;
}

async function until(count) {
    while (heard.length < count) await new Promise((resolve) => { wake = resolve; });
}

const times = [];
for (let round = 0; round < ROUNDS; round++) {
    const began = await say(round, "one by one");
    await until(round + 1);
    times.push(heard[round][1] - began);
}
times.sort((a, b) => a - b);
const at = (share) => times[Math.floor(times.length * share)].toFixed(2);
console.log(`message to listener: median ${at(0.5)} ms, 95 % within ${at(0.95)} ms, of ${ROUNDS}`);

heard.length = 0;
const began = performance.now();
for (let number = 0; number < BURST; number++) await say(number, "burst");
await until(BURST);
const inOrder = heard.every(([number], index) => number === index);
const seconds = (heard.at(-1)[1] - began) / 1000;
console.log(`burst: ${heard.length} of ${BURST} heard in ${seconds.toFixed(2)} s, ${inOrder ? "in order" : "NOT in order"}`);

robot.shutdown();
sim.kill();
await once(sim, "exit");
rmSync(folder, { recursive: true });
process.exit(0);
