package io.zulipkit.jenkins.core;

import java.util.LinkedHashMap;
import java.util.Map;

/** Which settings the program uses, as variables of its environment. */
public final class Account {
    private final Map<String, String> variables = new LinkedHashMap<>();
    private final String key;

    private Account(String key) {
        this.key = key;
    }

    /** A settings file; without a path the program looks in the usual places. */
    public static Account ofFile(String path) {
        Account account = new Account(null);
        if (path != null && !path.trim().isEmpty()) {
            account.variables.put("ZULIPKIT_CONFIG", path.trim());
        }
        return account;
    }

    /** A bot whose key is in the environment alone; the program then delivers before it ends. */
    public Account as(String site, String email, String apiKey) {
        Account account = new Account(apiKey);
        account.variables.putAll(variables);
        account.variables.put("ZULIP_SITE", site);
        account.variables.put("ZULIP_EMAIL", email);
        account.variables.put("ZULIP_API_KEY", apiKey);
        return account;
    }

    Map<String, String> variables() {
        return variables;
    }

    /** Returns a text without the key, should it ever stand there. */
    String masked(String text) {
        return key == null || key.isEmpty() ? text : text.replace(key, "****");
    }

    /** Names no values: one of them is a secret. */
    @Override
    public String toString() {
        return "Account" + variables.keySet();
    }
}
