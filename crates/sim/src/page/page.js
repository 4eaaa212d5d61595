// Keeps the page as it is on the server: whenever something changed, the part that changes is fetched anew.
"use strict";

const feed = document.getElementById("feed");
const live = document.getElementById("live");
let fetching = false;
let again = false;

function localTimes() {
    for (const time of feed.querySelectorAll("time")) {
        const when = new Date(time.dateTime);
        const isToday = when.toDateString() === new Date().toDateString();
        const clock = when.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
        time.textContent = isToday ? clock : `${when.toLocaleDateString()} ${clock}`;
        time.title = when.toLocaleString();
    }
}

async function refresh() {
    // One request at a time: what comes meanwhile is fetched by the next.
    if (fetching) {
        again = true;
        return;
    }
    fetching = true;
    try {
        const known = new Set(Array.from(feed.querySelectorAll(".message"), (message) => message.id));
        const response = await fetch(`/sim/feed${location.search}`);
        if (response.ok) {
            feed.innerHTML = await response.text();
            localTimes();
            for (const message of feed.querySelectorAll(".message")) {
                message.classList.toggle("new", !known.has(message.id));
            }
        }
    } catch {
        // The server is away; the event source says so, and asks again.
    } finally {
        fetching = false;
    }
    if (again) {
        again = false;
        refresh();
    }
}

feed.addEventListener("click", async (event) => {
    const button = event.target.closest("button");
    if (!button) {
        return;
    }
    if ("clear" in button.dataset) {
        await fetch("/sim/faults", { method: "DELETE" });
    } else if (button.dataset.order) {
        const headers = { "Content-Type": "application/json" };
        await fetch("/sim/faults", { method: "POST", headers, body: button.dataset.order });
    }
    refresh();
});

const events = new EventSource("/sim/events");
events.addEventListener("messages", refresh);
events.addEventListener("open", () => {
    live.textContent = "live";
    live.className = "on";
    refresh();
});
events.addEventListener("error", () => {
    live.textContent = "server is away";
    live.className = "off";
});
localTimes();
