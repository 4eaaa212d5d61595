package io.zulipkit.jenkins;

import hudson.EnvVars;
import hudson.Extension;
import hudson.model.AbstractProject;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.tasks.BuildStepDescriptor;
import hudson.tasks.BuildStepMonitor;
import hudson.tasks.Notifier;
import hudson.tasks.Publisher;
import io.zulipkit.jenkins.core.Event;
import io.zulipkit.jenkins.core.History;
import io.zulipkit.jenkins.core.SmartNotification;
import java.io.IOException;
import jenkins.tasks.SimpleBuildStep;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** The post-build action "Zulip notification", in pipelines the step {@code zulipNotification}. */
public class ZulipNotifier extends Notifier implements SimpleBuildStep {
    private String channel;
    private String topic;
    private String smartNotification;
    private String message;

    @DataBoundConstructor
    public ZulipNotifier() {}

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

    /** It needs no folder, so a pipeline may call it where it has no agent. */
    @Override
    public boolean requiresWorkspace() {
        return false;
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
        Places.place(event, configuration, channel, topic, environment);
        if (message != null && !message.trim().isEmpty()) {
            event.words(run.getDisplayName(), environment.expand(message));
        }
        Places.hand(event, configuration);
    }

    @Override
    public BuildStepMonitor getRequiredMonitorService() {
        return BuildStepMonitor.NONE;
    }

    @Extension
    @Symbol("zulipNotification")
    public static class DescriptorImpl extends BuildStepDescriptor<Publisher> {
        @Override
        @SuppressWarnings("rawtypes")
        public boolean isApplicable(Class<? extends AbstractProject> jobType) {
            return true;
        }

        @Override
        public String getDisplayName() {
            return "Zulip notification";
        }
    }
}
