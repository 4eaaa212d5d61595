package io.zulipkit.jenkins.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandOverTest {
    @TempDir
    Path folder;

    private final List<String> logged = new ArrayList<>();

    private final Handler log = new Handler() {
        @Override
        public void publish(LogRecord line) {
            logged.add(new SimpleFormatter().formatMessage(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        Logger.getLogger(HandOver.class.getName()).addHandler(log);
        Logger.getLogger(HandOver.class.getName()).setUseParentHandlers(false);
    }

    @AfterEach
    void stop() {
        Logger.getLogger(HandOver.class.getName()).removeHandler(log);
    }

    private String program(String script) throws IOException {
        Path program = folder.resolve("program");
        Files.writeString(program, "#!/bin/sh\ncd '" + folder + "'\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return program.toString();
    }

    private void hand(String program, Account account, String... events) {
        try (HandOver handOver = new HandOver()) {
            for (String event : events) {
                handOver.hand(program, account, event);
            }
        }
    }

    @Test
    void eventsComeInOrderOnStandardInput() throws IOException {
        String program = program("echo \"$@\" >arguments; cat >>events; env >environment");
        hand(program, Account.ofFile(" /etc/zulipkit/jenkins.toml "), "{\"a\": \"☃\"}\n", "{\"b\": 1}\n");
        assertEquals("jenkins event --strict\n", Files.readString(folder.resolve("arguments")));
        assertEquals("{\"a\": \"☃\"}\n{\"b\": 1}\n", Files.readString(folder.resolve("events")));
        String environment = Files.readString(folder.resolve("environment"));
        assertTrue(environment.contains("ZULIPKIT_CONFIG=/etc/zulipkit/jenkins.toml\n"), environment);
        assertFalse(environment.contains("JENKINS_NODE_COOKIE"), environment);
        assertEquals(List.of(), logged);
    }

    @Test
    void whatGoesWrongIsLoggedWithoutTheKey() throws IOException {
        Account account = Account.ofFile(null).as("https://zulip.example.com", "bot@example.com", "s3cr3t-key");
        hand(program("cat >/dev/null; echo \"zulipkit: refused $ZULIP_API_KEY\" >&2; exit 3"), account, "{}");
        assertEquals(List.of("a build is not told in Zulip: zulipkit: refused ****"), logged);
        assertFalse(account.toString().contains("s3cr3t"), account.toString());
    }

    @Test
    void anOldOrMissingProgramFailsNothing() throws IOException {
        hand(program("echo \"unrecognized subcommand 'jenkins'\" >&2; exit 2"), Account.ofFile(""), "{}");
        assertEquals(
                List.of("a build is not told in Zulip: zulipkit is too old for this plugin: unrecognized subcommand 'jenkins'"),
                logged);
        logged.clear();
        hand("/nowhere/zulipkit", Account.ofFile(""), "{}");
        assertEquals(1, logged.size());
        assertTrue(logged.get(0).startsWith("cannot start zulipkit"), logged.get(0));
    }

    @Test
    void aProgramThatReadsNothingIsNoProblem() throws IOException {
        hand(program("exit 0"), Account.ofFile(""), "x".repeat(1 << 20));
        assertEquals(List.of(), logged);
    }

    /** With the real program, where its path is given. */
    @Test
    void theProgramTakesWhatThePluginSays() throws Exception {
        String program = System.getenv("ZULIPKIT");
        assumeTrue(program != null, "ZULIPKIT is not set");
        Path settings = folder.resolve("jenkins.toml");
        Files.writeString(folder.resolve("zuliprc"), "[api]\nsite=http://127.0.0.1:9\nemail=bot@example.com\nkey=abcdefgh\n");
        Files.setPosixFilePermissions(folder.resolve("zuliprc"), PosixFilePermissions.fromString("rw-------"));
        Files.writeString(settings, "[zulip]\nzuliprc = \"zuliprc\"\n");
        String json = Event.build("Shop/api", 7)
                .result("FAILURE", new History())
                .time(1000, 60_000)
                .change("4be1a62d", "Fix ☃", "kim", "Kim", "kim@example.com")
                .json(Instant.parse("2026-03-01T12:00:00Z"));
        String wrapper = program("export HOME='" + folder + "' XDG_STATE_HOME='" + folder + "/state'\nexec '" + program + "' \"$@\"");
        hand(wrapper, Account.ofFile(settings.toString()), json);
        assertEquals(List.of(), logged);
        Process list = new ProcessBuilder(wrapper, "outbox", "list", "--all", "--json").start();
        String rows = new String(list.getInputStream().readAllBytes());
        assertTrue(rows.contains("\"builds > shop/api\""), rows);
    }
}
