package io.zulipkit.jenkins.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is said to {@code zulipkit jenkins event}: a build that ended, or a message.
 *
 * <p>The names are those of the program's page about Jenkins. What is {@code null} is not known.
 */
public final class Event {
    /** The form of the events. It changes only when an older program would misunderstand a newer plugin. */
    private static final int PROTOCOL = 1;

    private final String kind;
    private final Map<String, Object> facts = new LinkedHashMap<>();
    private final List<Map<String, Object>> changes = new ArrayList<>();
    private final List<Map<String, Object>> committers = new ArrayList<>();
    private final List<Map<String, Object>> failures = new ArrayList<>();

    private Event(String kind, String job, int number) {
        this.kind = kind;
        facts.put("job", job);
        facts.put("number", number);
    }

    /** A build of a job, by the job's full name. */
    public static Event build(String job, int number) {
        return new Event("build", job, number);
    }

    /** A text, in Zulip's Markdown, that a build wants to send. */
    public static Event message(String job, int number, String text) {
        Event event = new Event("message", job, number);
        event.facts.put("text", text);
        return event;
    }

    /** The pages of the job and the build. */
    public Event pages(String jobUrl, String url) {
        facts.put("job_url", jobUrl);
        facts.put("url", url);
        return this;
    }

    /** The channel and the topic that the job asks for; an empty text asks for none. */
    public Event place(String channel, String topic) {
        facts.put("channel", emptyToNull(channel));
        facts.put("topic", emptyToNull(topic));
        return this;
    }

    /** The build's name, and what is written about it. */
    public Event words(String name, String description) {
        facts.put("name", name);
        facts.put("description", emptyToNull(description));
        return this;
    }

    /** What came out, and how it was before. */
    public Event result(String result, History history) {
        facts.put("result", result);
        facts.put("previous_result", history.previousResult());
        facts.put("failures", history.failures());
        facts.put("failing_since", history.failures() > 0 ? history.failingSince() : null);
        return this;
    }

    /** When it started, and how long it took, both in milliseconds. */
    public Event time(long started, long duration) {
        facts.put("started", started);
        facts.put("duration_ms", Math.max(0, duration));
        return this;
    }

    /** Why it was started. */
    public Event causes(List<String> causes) {
        facts.put("causes", new ArrayList<>(causes));
        return this;
    }

    /** A commit since the build before. */
    public Event change(String id, String message, String userId, String name, String email) {
        Map<String, Object> change = new LinkedHashMap<>();
        change.put("id", id);
        change.put("message", message);
        change.put("author", person(userId, name, email));
        changes.add(change);
        return this;
    }

    /** Somebody who committed since the last good build. */
    public Event committer(String userId, String name, String email) {
        committers.add(person(userId, name, email));
        return this;
    }

    /** How many tests there were. */
    public Event tests(int total, int failed, int skipped) {
        Map<String, Object> tests = new LinkedHashMap<>();
        tests.put("total", total);
        tests.put("failed", failed);
        tests.put("skipped", skipped);
        tests.put("failures", failures);
        facts.put("tests", tests);
        return this;
    }

    /** A test that failed; shown if the number of tests is given too. */
    public Event failedTest(String name, String message) {
        Map<String, Object> failure = new LinkedHashMap<>();
        failure.put("name", name);
        failure.put("message", message);
        failures.add(failure);
        return this;
    }

    /** Returns the event as JSON in one line. */
    public String json(Instant happened) {
        Map<String, Object> all = new LinkedHashMap<>(facts);
        if (!changes.isEmpty()) {
            all.put("changes", changes);
        }
        if (!committers.isEmpty()) {
            all.put("committers", committers);
        }
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("protocol", PROTOCOL);
        event.put("kind", kind);
        event.put("time", happened.toString());
        event.put("facts", all);
        return Json.of(event);
    }

    private static Map<String, Object> person(String id, String name, String email) {
        Map<String, Object> person = new LinkedHashMap<>();
        person.put("id", id);
        person.put("name", name);
        person.put("email", email);
        return person;
    }

    private static String emptyToNull(String text) {
        return text == null || text.trim().isEmpty() ? null : text;
    }
}
