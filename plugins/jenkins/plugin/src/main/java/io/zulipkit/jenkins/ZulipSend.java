package io.zulipkit.jenkins;

import hudson.EnvVars;
import hudson.Extension;
import hudson.model.AbstractProject;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.tasks.BuildStepDescriptor;
import hudson.tasks.Builder;
import io.zulipkit.jenkins.core.Event;
import jenkins.tasks.SimpleBuildStep;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** The build step "Zulip message", in pipelines the step {@code zulipSend}. */
public class ZulipSend extends Builder implements SimpleBuildStep {
    private final String message;
    private String channel;
    private String topic;

    @DataBoundConstructor
    public ZulipSend(String message) {
        this.message = message;
    }

    public String getMessage() {
        return message;
    }

    public String getChannel() {
        return channel;
    }

    @DataBoundSetter
    public void setChannel(String channel) {
        this.channel = channel;
    }

    public String getTopic() {
        return topic;
    }

    @DataBoundSetter
    public void setTopic(String topic) {
        this.topic = topic;
    }

    /** It needs no folder, so a pipeline may call it where it has no agent. */
    @Override
    public boolean requiresWorkspace() {
        return false;
    }

    @Override
    public void perform(Run<?, ?> run, EnvVars environment, TaskListener listener) {
        String text = message == null ? "" : environment.expand(message);
        if (text.trim().isEmpty()) {
            listener.getLogger().println("Zulip: there is no message, so nothing is sent");
            return;
        }
        ZulipConfiguration configuration = ZulipConfiguration.get();
        Event event = new RunReader(run).message(text);
        Places.place(event, configuration, channel, topic, environment);
        Places.hand(event, configuration);
    }

    @Extension
    @Symbol("zulipSend")
    public static class DescriptorImpl extends BuildStepDescriptor<Builder> {
        @Override
        @SuppressWarnings("rawtypes")
        public boolean isApplicable(Class<? extends AbstractProject> jobType) {
            return true;
        }

        @Override
        public String getDisplayName() {
            return "Zulip message";
        }
    }
}
