package io.zulipkit.jenkins.core;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Hands events to the program, one after the other, on a thread of its own: no build waits for it, and none fails.
 *
 * <p>The program keeps what it takes on the disk. What it cannot take is said in Jenkins' log.
 */
public final class HandOver implements AutoCloseable {
    private static final Logger LOGGER = Logger.getLogger(HandOver.class.getName());

    /** How many events may wait for the program; it takes one in a few milliseconds. */
    private static final int MOST_WAITING = 1000;

    /** A program that takes longer than this hangs. With a key in the environment it delivers first, for 10 seconds at most. */
    private static final long PATIENCE_SECONDS = 60;

    /** How many bytes of what the program says are read. */
    private static final int MOST_SAID = 8192;

    /**
     * What names a build in the environment. Jenkins ends every process that has these, and the program starts one that shall
     * live on; and the events say which build they are about.
     */
    private static final String[] OF_A_BUILD = {"BUILD_ID", "JENKINS_NODE_COOKIE", "JENKINS_SERVER_COOKIE", "JOB_NAME", "BUILD_NUMBER"};

    private final ThreadPoolExecutor thread;

    public HandOver() {
        thread = new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, new ArrayBlockingQueue<>(MOST_WAITING), task -> {
            Thread thread = new Thread(task, "zulipkit");
            thread.setDaemon(true);
            return thread;
        });
        thread.allowCoreThreadTimeOut(true);
    }

    /** Hands an event over soon. This returns at once and throws nothing. */
    public void hand(String program, Account account, String json) {
        try {
            thread.execute(() -> run(program, account, json));
        } catch (RejectedExecutionException full) {
            LOGGER.warning("zulipkit hangs, so a build is not told in Zulip: " + MOST_WAITING + " others wait already");
        }
    }

    /** Waits until everything is handed over, for a while at most. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException interrupted) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private static void run(String program, Account account, String json) {
        try {
            String problem = takes(program, account, json);
            if (problem != null) {
                LOGGER.log(Level.WARNING, "a build is not told in Zulip: {0}", account.masked(problem));
            }
        } catch (IOException missing) {
            LOGGER.log(Level.WARNING, "cannot start zulipkit, so a build is not told in Zulip: {0}", missing.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns what went wrong, in the program's words; {@code null} if nothing did. */
    private static String takes(String program, Account account, String json) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(program, "jenkins", "event", "--strict");
        Map<String, String> environment = builder.environment();
        for (String name : OF_A_BUILD) {
            environment.remove(name);
        }
        environment.putAll(account.variables());
        Process process = builder.redirectErrorStream(true).start();
        AtomicBoolean hangs = new AtomicBoolean();
        process.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).whenComplete((ended, late) -> {
            if (late != null) {
                hangs.set(true);
                process.destroyForcibly();
            }
        });
        // It reads all before it says anything, so neither waits for the other.
        try (OutputStream input = process.getOutputStream()) {
            input.write(json.getBytes(StandardCharsets.UTF_8));
        } catch (IOException endedEarly) {
            // Its exit code says why.
        }
        int code = process.waitFor();
        if (hangs.get()) {
            return "zulipkit hangs";
        }
        if (code == 2) {
            return "zulipkit is too old for this plugin: " + said(process);
        }
        return code == 0 ? null : said(process);
    }

    private static String said(Process process) throws IOException {
        try (InputStream output = process.getInputStream()) {
            String text = new String(output.readNBytes(MOST_SAID), StandardCharsets.UTF_8).trim();
            return text.isEmpty() ? "it ended with code " + process.exitValue() : text;
        }
    }
}
