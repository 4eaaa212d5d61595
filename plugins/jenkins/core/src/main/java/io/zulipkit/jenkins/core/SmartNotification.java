package io.zulipkit.jenkins.core;

import java.util.Locale;

/** Whether a job tells of every build or only of news, as its configuration says. */
public enum SmartNotification {
    /** As the global configuration says. */
    GLOBAL,
    /** Only of news: anything but a success after a success. */
    ENABLED,
    /** Of every build. What becomes of it is still for the routes in the settings of zulipkit to say. */
    DISABLED;

    /** Reads a value as the configuration form and pipelines write it; whatever is not known means {@link #GLOBAL}. */
    public static SmartNotification of(String text) {
        String name = text == null ? "" : text.trim().toUpperCase(Locale.ROOT);
        for (SmartNotification value : values()) {
            if (value.name().equals(name)) {
                return value;
            }
        }
        return GLOBAL;
    }

    /** Returns whether a build is told. */
    public boolean tells(boolean globally, String result, String previousResult) {
        boolean smart = this == GLOBAL ? globally : this == ENABLED;
        boolean news = !"SUCCESS".equals(result) || !"SUCCESS".equals(previousResult);
        return !smart || news;
    }
}
