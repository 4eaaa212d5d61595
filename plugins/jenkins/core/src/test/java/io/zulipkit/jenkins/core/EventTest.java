package io.zulipkit.jenkins.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void aBuildIsOneLineOfJson() {
        History history = new History();
        history.older(null, 9);
        history.older("FAILURE", 8);
        history.older("SUCCESS", 7);
        Event event = Event.build("Shop/api/release%2F1.0", 42)
                .pages("https://ci.example.com/job/Shop/", null)
                .place(" ", "Shop")
                .words("#42", "one\ntwo \"quoted\" \\ \u0001 ☃ 😀")
                .result("SUCCESS", history)
                .time(1000, -5)
                .causes(List.of("Started by timer"))
                .change("4be1a62d", "Fix", "kim", "Kim", "kim@example.com")
                .committer("lee", "Lee", null)
                .failedTest("a.B.c", "no")
                .tests(3, 1, 0);
        assertEquals(
                "{\"protocol\":1,\"kind\":\"build\",\"time\":\"2026-03-01T12:00:00Z\",\"facts\":{"
                        + "\"job\":\"Shop/api/release%2F1.0\",\"number\":42,\"job_url\":\"https://ci.example.com/job/Shop/\","
                        + "\"topic\":\"Shop\",\"name\":\"#42\","
                        + "\"description\":\"one\\u000atwo \\\"quoted\\\" \\\\ \\u0001 ☃ 😀\","
                        + "\"result\":\"SUCCESS\",\"previous_result\":\"FAILURE\",\"failures\":1,\"failing_since\":8,"
                        + "\"started\":1000,\"duration_ms\":0,\"causes\":[\"Started by timer\"],"
                        + "\"tests\":{\"total\":3,\"failed\":1,\"skipped\":0,\"failures\":[{\"name\":\"a.B.c\",\"message\":\"no\"}]},"
                        + "\"changes\":[{\"id\":\"4be1a62d\",\"message\":\"Fix\","
                        + "\"author\":{\"id\":\"kim\",\"name\":\"Kim\",\"email\":\"kim@example.com\"}}],"
                        + "\"committers\":[{\"id\":\"lee\",\"name\":\"Lee\"}]}}",
                event.json(NOON));
    }

    @Test
    void halfOfACharacterIsReplaced() {
        String cut = "😀".substring(0, 1);
        assertTrue(Event.message("a", 1, cut + "x").json(NOON).contains("\"text\":\"\uFFFDx\""));
        assertTrue(Event.message("a", 1, "x" + "😀".substring(1)).json(NOON).contains("\"text\":\"x\uFFFD\""));
    }

    @Test
    void failuresAreCountedBackToTheLastGoodBuild() {
        History history = new History();
        assertTrue(history.older(null, 6));
        assertTrue(history.older("UNSTABLE", 5));
        assertTrue(history.older("ABORTED", 4));
        assertTrue(history.older("FAILURE", 3));
        assertFalse(history.older("SUCCESS", 2));
        assertEquals("UNSTABLE", history.previousResult());
        assertEquals(2, history.failures());
        assertEquals(3, history.failingSince());
        History endless = new History();
        int steps = 1;
        while (endless.older("FAILURE", steps)) {
            steps++;
        }
        assertEquals(History.MOST, steps);
    }

    @Test
    void smartNotificationTellsNews() {
        SmartNotification smart = SmartNotification.of(" Enabled ");
        assertTrue(smart.tells(false, "SUCCESS", null));
        assertTrue(smart.tells(false, "SUCCESS", "ABORTED"));
        assertTrue(smart.tells(false, "FAILURE", "FAILURE"));
        assertFalse(smart.tells(false, "SUCCESS", "SUCCESS"));
        assertTrue(SmartNotification.of("disabled").tells(true, "SUCCESS", "SUCCESS"));
        assertEquals(SmartNotification.GLOBAL, SmartNotification.of("nonsense"));
        assertEquals(SmartNotification.GLOBAL, SmartNotification.of(null));
        assertFalse(SmartNotification.GLOBAL.tells(true, "SUCCESS", "SUCCESS"));
        assertTrue(SmartNotification.GLOBAL.tells(false, "SUCCESS", "SUCCESS"));
    }
}
