//! What one process accepted and another finds.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use zulipkit_api::bots::WebhookFormat;

use super::world::{Parrot, World, impatient};

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_do_not_handle_the_same() {
    let mut world = World::new(WebhookFormat::Zulip, impatient()).await;
    world.say("@**Parrot** wait").await;
    world.messages(2).await;
    // Another one begins while the first still has something to finish, as when one takes the place of the other.
    let second = Arc::new(Parrot::default());
    let other = world.another(impatient(), world.served(second.clone()));
    other.until_ready().await;
    world.server.ask_to_stop();
    // The other one looks every second whether it may go on with what was left.
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert_eq!(other.post(&world.call(2, "hello")).await.0, 200);
    world.bot.go_on.notify_one();
    world.server.stop().await;
    let got = world.messages(3).await;
    assert_eq!(got[2].1, "second");
    let message = world.sim.got()[0].id;
    assert_eq!(
        other.post(&world.call(message, "wait")).await.1,
        json!({"response_not_required": true})
    );
    assert_eq!((world.bot.handled(), second.handled()), (1, 1));
}
