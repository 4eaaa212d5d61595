package io.zulipkit.jenkins;

import hudson.EnvVars;
import hudson.Extension;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.tasks.BuildStepMonitor;
import hudson.tasks.Notifier;
import hudson.tasks.Publisher;
import io.zulipkit.jenkins.core.Event;
import io.zulipkit.jenkins.core.History;
import io.zulipkit.jenkins.core.SmartNotification;
import java.io.IOException;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** The post-build action "Zulip notification", in pipelines the step {@code zulipNotification}. */
public class ZulipNotifier extends Notifier implements ZulipStep {
    private String channel;
    private String topic;
    private String smartNotification;
    private String message;

    @DataBoundConstructor
    public ZulipNotifier() {}

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

    public String getSmartNotification() {
        return smartNotification;
    }

    @DataBoundSetter
    public void setSmartNotification(String smartNotification) {
        this.smartNotification = smartNotification;
    }

    public String getMessage() {
        return message;
    }

    @DataBoundSetter
    public void setMessage(String message) {
        this.message = message;
    }

    @Override
    public void perform(Run<?, ?> run, EnvVars environment, TaskListener listener) throws IOException, InterruptedException {
        ZulipConfiguration configuration = ZulipConfiguration.get();
        RunReader reader = new RunReader(run);
        String result = reader.result();
        History history = reader.history();
        SmartNotification smart = SmartNotification.of(smartNotification);
        if (!smart.tells(configuration.isSmartNotification(), result, history.previousResult())) {
            return;
        }
        Event event = reader.build(result, history);
        if (message != null && !message.trim().isEmpty()) {
            event.words(run.getDisplayName(), environment.expand(message));
        }
        hand(event, configuration, environment);
    }

    @Override
    public BuildStepMonitor getRequiredMonitorService() {
        return BuildStepMonitor.NONE;
    }

    @Extension
    @Symbol("zulipNotification")
    public static class DescriptorImpl extends Anywhere<Publisher> {
        @Override
        public String getDisplayName() {
            return "Zulip notification";
        }
    }
}
