package io.zulipkit.jenkins;

import hudson.Extension;
import hudson.util.Secret;
import io.zulipkit.jenkins.core.Account;
import jenkins.model.GlobalConfiguration;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundSetter;

/** The section "Zulip" of the system's configuration; {@code unclassified: zulip:} in Configuration as Code. */
@Extension
@Symbol("zulip")
public class ZulipConfiguration extends GlobalConfiguration {
    private String program = "zulipkit";
    private String settings = "";
    private String url = "";
    private String email = "";
    private Secret apiKey;
    private String channel = "";
    private String topic = "";
    private boolean smartNotification = true;

    public ZulipConfiguration() {
        load();
    }

    public static ZulipConfiguration get() {
        return GlobalConfiguration.all().get(ZulipConfiguration.class);
    }

    @Override
    public String getDisplayName() {
        return "Zulip";
    }

    /** The account that the program uses: that of the settings file, or the one that is configured here. */
    Account account() {
        Account account = Account.ofFile(settings);
        boolean here = !url.isEmpty() && !email.isEmpty() && apiKey != null;
        return here ? account.as(url, email, apiKey.getPlainText()) : account;
    }

    public String getProgram() {
        return program;
    }

    @DataBoundSetter
    public void setProgram(String program) {
        this.program = program == null || program.trim().isEmpty() ? "zulipkit" : program.trim();
        save();
    }

    public String getSettings() {
        return settings;
    }

    @DataBoundSetter
    public void setSettings(String settings) {
        this.settings = trimmed(settings);
        save();
    }

    public String getUrl() {
        return url;
    }

    @DataBoundSetter
    public void setUrl(String url) {
        this.url = trimmed(url);
        save();
    }

    public String getEmail() {
        return email;
    }

    @DataBoundSetter
    public void setEmail(String email) {
        this.email = trimmed(email);
        save();
    }

    public Secret getApiKey() {
        return apiKey;
    }

    @DataBoundSetter
    public void setApiKey(Secret apiKey) {
        this.apiKey = apiKey;
        save();
    }

    public String getChannel() {
        return channel;
    }

    @DataBoundSetter
    public void setChannel(String channel) {
        this.channel = trimmed(channel);
        save();
    }

    public String getTopic() {
        return topic;
    }

    @DataBoundSetter
    public void setTopic(String topic) {
        this.topic = trimmed(topic);
        save();
    }

    public boolean isSmartNotification() {
        return smartNotification;
    }

    @DataBoundSetter
    public void setSmartNotification(boolean smartNotification) {
        this.smartNotification = smartNotification;
        save();
    }

    private static String trimmed(String text) {
        return text == null ? "" : text.trim();
    }
}
