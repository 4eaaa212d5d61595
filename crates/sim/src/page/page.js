// Keeps the page as it is on the server: whenever something changed, the parts that change are fetched anew.
"use strict";

// Under load the parts are fetched no oftener than this.
const PAUSE_MS = 300;

const live = document.getElementById("live");
const feed = document.getElementById("feed");
const compose = document.getElementById("compose");
const author = compose.elements.as;
const content = compose.elements.content;

// How a focused element is found again in what replaces it.
function selectorOf(element) {
    if (element.id) {
        return `#${CSS.escape(element.id)}`;
    }
    for (const name of ["href", "data-order", "data-key", "data-emoji"]) {
        const holder = name === "data-key" ? element.closest("[data-key]") : element;
        const value = holder?.getAttribute(name);
        if (value) {
            const within = name === "data-key" ? " summary" : "";
            return `[${name}="${CSS.escape(value)}"]${within}`;
        }
    }
    return null;
}

// Puts new HTML, made by the server, in place of the old, and keeps focus and what was opened.
function swap(part, html) {
    if (part.dataset.html === html) {
        return;
    }
    const open = Array.from(part.querySelectorAll("details[open]"), (details) => details.dataset.key);
    const focused = part.contains(document.activeElement) ? selectorOf(document.activeElement) : null;
    part.innerHTML = html;
    part.dataset.html = html;
    for (const key of open) {
        part.querySelector(`details[data-key="${CSS.escape(key)}"]`)?.setAttribute("open", "");
    }
    if (focused) {
        part.querySelector(focused)?.focus({ preventScroll: true });
    }
}

async function fetchPart(name) {
    const response = await fetch(`/sim/${name}${location.search}`);
    return response.ok ? response.text() : null;
}

async function refreshMessages() {
    const [sidebar, messages] = await Promise.all([fetchPart("sidebar"), fetchPart("feed")]);
    if (sidebar === null || messages === null) {
        return;
    }
    const known = new Set(Array.from(feed.querySelectorAll(".message"), (message) => message.id));
    const wasAtEnd = isAtEnd();
    swap(document.getElementById("sidebar"), sidebar);
    swap(feed, messages);
    decorate(feed);
    for (const message of feed.querySelectorAll(".message")) {
        message.classList.toggle("new", !known.has(message.id));
    }
    if (wasAtEnd) {
        scrollToEnd();
    }
}

async function refreshRequests() {
    const panel = await fetchPart("panel");
    if (panel !== null) {
        swap(document.getElementById("panel"), panel);
    }
}

// A function that runs `refresh` once at a time, and again when it was asked for meanwhile.
function oneAtATime(refresh) {
    let isRunning = false;
    let again = false;
    return async function run() {
        if (isRunning) {
            again = true;
            return;
        }
        isRunning = true;
        do {
            again = false;
            try {
                await refresh();
            } catch {
                // The server is away; the event source says so, and asks again.
            }
            await new Promise((done) => setTimeout(done, PAUSE_MS));
        } while (again);
        isRunning = false;
    };
}

// One topic alone is read downwards, so its end is kept in sight.
const isSingle = "single" in feed.dataset;

function isAtEnd() {
    return isSingle && feed.scrollHeight - feed.scrollTop - feed.clientHeight < 80;
}

function scrollToEnd() {
    feed.scrollTop = feed.scrollHeight;
}

async function post(path, value) {
    const headers = { "Content-Type": "application/json" };
    return fetch(path, { method: "POST", headers, body: JSON.stringify(value) });
}

// Says what the server said against it, if anything.
async function act(path, value) {
    const said = document.getElementById("said");
    const response = await post(path, { ...value, as: Number(author.value) });
    const answer = await response.json().catch(() => ({ msg: response.statusText }));
    said.textContent = response.ok ? "" : answer.msg;
    return response.ok;
}

compose.addEventListener("submit", async (event) => {
    event.preventDefault();
    const message = { content: content.value };
    if (compose.dataset.with) {
        message.people = compose.dataset.with.split(",").map(Number);
    } else {
        message.channel = compose.elements.channel.value;
        message.topic = compose.elements.topic.value;
    }
    if (await act("/sim/messages", message)) {
        content.value = "";
        scrollToEnd();
    }
    content.focus();
});

content.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        compose.requestSubmit();
    }
});

compose.elements.mention.addEventListener("change", (event) => {
    if (event.target.value) {
        content.setRangeText(`@**${event.target.value}** `, content.selectionStart, content.selectionEnd, "end");
        event.target.value = "";
        content.focus();
    }
});

document.getElementById("converse").addEventListener("submit", (event) => {
    event.preventDefault();
    location.href = `/?with=${document.getElementById("whom").value}`;
});

feed.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-emoji]");
    if (button) {
        const message = Number(button.closest(".message").dataset.id);
        button.closest("details")?.removeAttribute("open");
        act("/sim/reactions", { message, emoji: button.dataset.emoji });
    }
});

document.getElementById("panel").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button && "clear" in button.dataset) {
        fetch("/sim/faults", { method: "DELETE" });
    } else if (button) {
        const isOn = button.getAttribute("aria-pressed") === "true";
        post(isOn ? "/sim/faults/end" : "/sim/faults", JSON.parse(button.dataset.order));
    }
});

for (const tab of document.querySelectorAll("[data-show]")) {
    tab.addEventListener("click", () => {
        document.body.dataset.shown = tab.dataset.show;
        for (const other of document.querySelectorAll("[data-show]")) {
            other.setAttribute("aria-pressed", String(other === tab));
        }
    });
}

// Who writes is remembered, but a conversation is joined by one who is in it.
function chooseAuthor() {
    const here = author.querySelector("option[data-here]");
    const remembered = localStorage.getItem("author");
    if (here) {
        author.value = here.value;
    } else if (author.querySelector(`option[value="${CSS.escape(remembered ?? "")}"]`)) {
        author.value = remembered;
    }
    author.addEventListener("change", () => localStorage.setItem("author", author.value));
}

const messagesChanged = oneAtATime(refreshMessages);
const requestsChanged = oneAtATime(refreshRequests);
const events = new EventSource("/sim/events");
events.addEventListener("messages", messagesChanged);
events.addEventListener("requests", requestsChanged);
events.addEventListener("open", () => {
    live.textContent = "live";
    live.className = "on";
    messagesChanged();
    requestsChanged();
});
events.addEventListener("error", () => {
    live.textContent = "server is away";
    live.className = "off";
});
chooseAuthor();
decorate(feed);
if (isSingle) {
    scrollToEnd();
}
