package io.zulipkit.jenkins;

import hudson.EnvVars;
import hudson.model.AbstractProject;
import hudson.model.Describable;
import hudson.tasks.BuildStep;
import hudson.tasks.BuildStepDescriptor;
import io.zulipkit.jenkins.core.Event;
import io.zulipkit.jenkins.core.HandOver;
import java.time.Instant;
import jenkins.tasks.SimpleBuildStep;

/**
 * What a build's result and a message have in common: where they are asked to go, and how they leave Jenkins.
 *
 * <p>Jenkins knows build steps and post-build actions by their superclass, so this is an interface, and the setters stand in
 * each of them, where Jenkins looks for them.
 */
interface ZulipStep extends SimpleBuildStep {
    HandOver HAND_OVER = new HandOver();

    String getChannel();

    String getTopic();

    /** It needs no folder, so a pipeline may call it where it has no agent. */
    @Override
    default boolean requiresWorkspace() {
        return false;
    }

    /** What the job says wins over the global configuration; variables of the build may stand in both. */
    default void hand(Event event, ZulipConfiguration global, EnvVars environment) {
        event.place(
                environment.expand(first(getChannel(), global.getChannel())),
                environment.expand(first(getTopic(), global.getTopic())));
        HAND_OVER.hand(global.getProgram(), global.account(), event.json(Instant.now()));
    }

    private static String first(String own, String global) {
        return own == null || own.trim().isEmpty() ? global : own;
    }

    /** Every kind of job may have it. */
    abstract class Anywhere<T extends BuildStep & Describable<T>> extends BuildStepDescriptor<T> {
        @Override
        @SuppressWarnings("rawtypes")
        public boolean isApplicable(Class<? extends AbstractProject> jobType) {
            return true;
        }
    }
}
