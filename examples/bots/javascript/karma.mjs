#!/usr/bin/env node
// A bot for `zulipkit bot run`: `NAME++` and `NAME--`, remembered in the bot's storage. See the book's page about JSON lines.
import { createInterface } from "node:readline";

const say = (line) => process.stdout.write(JSON.stringify(line) + "\n");
const answers = new Map();
let asked = 0;
const ask = (type, fields) =>
    new Promise((answer) => {
        const id = ++asked;
        answers.set(id, answer);
        say({ type, id, ...fields });
    });

async function count(event) {
    const [, name, sign] = /^(\S+?)(\+\+|--)$/.exec(event.text) ?? [];
    if (!name) return say({ id: event.id, reply: "`NAME++` or `NAME--`, please." });
    const points = ((await ask("get", { key: name })).value ?? 0) + (sign === "++" ? 1 : -1);
    await ask("put", { key: name, value: points });
    say({ id: event.id, reply: `${name} has ${points} points.` });
}

createInterface({ input: process.stdin }).on("line", (text) => {
    const line = JSON.parse(text);
    if (line.type === "hello") say({ type: "ready", usage: { name: "Karma", text: "I count points." } });
    else if (line.type === "answer") answers.get(line.id)(line.result), answers.delete(line.id);
    else if (line.type === "message") count(line);
    else if (line.id) say({ id: line.id });
});
