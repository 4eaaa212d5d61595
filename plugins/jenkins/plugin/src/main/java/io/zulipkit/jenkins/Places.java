package io.zulipkit.jenkins;

import hudson.EnvVars;
import io.zulipkit.jenkins.core.Event;
import io.zulipkit.jenkins.core.HandOver;
import java.time.Instant;

/** Where an event is asked to go, and how it leaves Jenkins: the same for a build's result and for a message. */
final class Places {
    private static final HandOver HAND_OVER = new HandOver();

    private Places() {}

    /** What the job says wins over the global configuration; variables of the build may stand in both. */
    static void place(Event event, ZulipConfiguration global, String channel, String topic, EnvVars environment) {
        event.place(
                environment.expand(first(channel, global.getChannel())),
                environment.expand(first(topic, global.getTopic())));
    }

    static void hand(Event event, ZulipConfiguration global) {
        HAND_OVER.hand(global.getProgram(), global.account(), event.json(Instant.now()));
    }

    private static String first(String own, String global) {
        return own == null || own.trim().isEmpty() ? global : own;
    }
}
