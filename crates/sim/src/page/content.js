// What a Zulip client adds to the server's HTML: local times, spoilers that open, colours in code.
"use strict";

// Comments, strings, numbers and words, as most languages write them.
const TOKEN = new RegExp(
    [
        String.raw`(?<comment>\/\/[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->)`,
        String.raw`(?<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|` + "`(?:[^`\\\\]|\\\\.)*`)",
        String.raw`(?<number>\b\d[\w.]*)`,
        String.raw`(?<word>[A-Za-z_]\w*)`,
    ].join("|"),
    "g",
);

const KEYWORDS = new Set(
    ("and as async await bool break case catch char class const continue def default do done echo elif else end enum " +
        "esac except export extends false fi final finally float fn for from func function if impl import in int " +
        "interface is lambda let long loop match mod module mut namespace new nil none None not null or package pass " +
        "private pub public raise ref return self Self static str string struct super switch template then this throw " +
        "trait true True False try type typedef unsafe until use using var virtual void where while with yield " +
        "select insert update delete create table into values SELECT FROM WHERE INSERT INTO UPDATE DELETE CREATE TABLE")
        .split(" "),
);

function highlight(code) {
    const text = code.textContent;
    const parts = document.createDocumentFragment();
    let done = 0;
    for (const found of text.matchAll(TOKEN)) {
        const { comment, string, number, word } = found.groups;
        const kind = comment ? "comment" : string ? "string" : number ? "number" : KEYWORDS.has(word) ? "keyword" : null;
        if (kind) {
            const span = document.createElement("span");
            span.className = `code-${kind}`;
            span.textContent = found[0];
            parts.append(text.slice(done, found.index), span);
            done = found.index + found[0].length;
        }
    }
    parts.append(text.slice(done));
    code.replaceChildren(parts);
}

// Lines of a patch are coloured as a whole.
function highlightPatch(code) {
    const lines = code.textContent.split(/(?<=\n)/).map((line) => {
        const kind = { "+": "added", "-": "removed", "@": "keyword" }[line[0]];
        const span = document.createElement("span");
        span.className = kind ? `code-${kind}` : "";
        span.textContent = line;
        return span;
    });
    code.replaceChildren(...lines);
}

// The spoilers that were opened, by message and header: they stay so when the message is shown anew.
const opened = new Set();

function makeSpoiler(block) {
    const header = block.querySelector(".spoiler-header");
    const content = block.querySelector(".spoiler-content");
    if (!header || !content) {
        return;
    }
    const button = document.createElement("button");
    button.type = "button";
    button.className = "spoiler-toggle";
    const show = (isShown) => {
        button.textContent = isShown ? "Hide" : "Show";
        button.setAttribute("aria-expanded", String(isShown));
        content.setAttribute("aria-hidden", String(!isShown));
    };
    const key = `${block.closest(".message").id} ${header.textContent}`;
    button.addEventListener("click", () => {
        const isShown = content.getAttribute("aria-hidden") === "true";
        show(isShown);
        opened[isShown ? "add" : "delete"](key);
    });
    show(opened.has(key));
    header.append(button);
}

function localTime(time) {
    const when = new Date(time.dateTime);
    if (Number.isNaN(when.getTime())) {
        return;
    }
    time.title = when.toLocaleString();
    if (time.closest(".content")) {
        const day = { weekday: "short", day: "numeric", month: "short", year: "numeric" };
        time.textContent = when.toLocaleString([], { ...day, hour: "2-digit", minute: "2-digit" });
        return;
    }
    const isToday = when.toDateString() === new Date().toDateString();
    const clock = when.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    time.textContent = isToday ? clock : `${when.toLocaleDateString()} ${clock}`;
}

// Does all of it to what the server just made, once.
function decorate(part) {
    for (const time of part.querySelectorAll("time")) {
        localTime(time);
    }
    for (const block of part.querySelectorAll(".spoiler-block:not(:has(.spoiler-toggle))")) {
        makeSpoiler(block);
    }
    for (const block of part.querySelectorAll(".codehilite[data-code-language]")) {
        const code = block.querySelector("code");
        if (code && !code.querySelector("span")) {
            const language = block.dataset.codeLanguage;
            (language === "Diff" ? highlightPatch : language === "Text only" ? () => {} : highlight)(code);
        }
    }
}
