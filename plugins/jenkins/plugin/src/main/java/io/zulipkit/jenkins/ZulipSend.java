package io.zulipkit.jenkins;

import hudson.EnvVars;
import hudson.Extension;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.tasks.Builder;
import io.zulipkit.jenkins.core.Event;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** The build step "Zulip message", in pipelines the step {@code zulipSend}. */
public class ZulipSend extends Builder implements ZulipStep {
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

    @Override
    public String getChannel() {
        return channel;
    }

    @DataBoundSetter
    public void setChannel(String channel) {
        this.channel = channel;
    }

    @Override
    public String getTopic() {
        return topic;
    }

    @DataBoundSetter
    public void setTopic(String topic) {
        this.topic = topic;
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
        hand(event, configuration, environment);
    }

    @Extension
    @Symbol("zulipSend")
    public static class DescriptorImpl extends Anywhere<Builder> {
        @Override
        public String getDisplayName() {
            return "Zulip message";
        }
    }
}
