package io.zulipkit.jenkins.core;

/** The builds before one: what came out of the last, and how many in a row were failures or unstable. */
public final class History {
    /** Each step back may read a build from the disk. */
    public static final int MOST = 50;

    private String previousResult;
    private int failures;
    private long failingSince;
    private boolean ended;
    private int seen;

    /**
     * Takes in the next older build, newest first.
     *
     * @param result what came out; {@code null} if it still runs
     * @param started when it started, in milliseconds
     * @return whether a still older one may say more
     */
    public boolean older(String result, long started) {
        seen++;
        if (result != null && previousResult == null) {
            previousResult = result;
        }
        if ("SUCCESS".equals(result)) {
            ended = true;
        } else if (isBad(result) && !ended) {
            failures++;
            failingSince = started;
        }
        return !ended && seen < MOST;
    }

    /** What came out of the last build that has ended; {@code null} if there was none. */
    public String previousResult() {
        return previousResult;
    }

    int failures() {
        return failures;
    }

    long failingSince() {
        return failingSince;
    }

    private static boolean isBad(String result) {
        return "FAILURE".equals(result) || "UNSTABLE".equals(result);
    }
}
