//! Bots that fail, and servers that do.

use serde_json::json;

use super::world::world;

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_fails_or_panics_hurts_nobody() {
    let world = world().await;
    let nothing = (200, json!({"response_not_required": true}));
    for (id, text) in [(1, "fail"), (2, "panic"), (3, "silence")] {
        assert_eq!(world.post(&world.call(id, text)).await, nothing, "{text}");
    }
    assert_eq!(
        world.post(&world.call(4, "still there?")).await.1,
        json!({"content": "still there?!"})
    );
    let page = world.server.operator("/").await;
    assert!(page.contains("<td class=\"number\">4</td>"), "{page}");
    assert!(page.contains("the bot panicked"), "{page}");
    let metrics = world.server.operator("/metrics").await;
    assert!(
        metrics.contains("zulipkit_botserver_failures_total{bot=\"parrot\"} 2"),
        "{metrics}"
    );
}
