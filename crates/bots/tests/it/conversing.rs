//! Conversations that span messages, and answers that grow.

use std::time::Duration;

use zulipkit_api::messages::{DeleteMessage, GetMessages};
use zulipkit_bots::local::Deed;
use zulipkit_bots::testkit::{Heard, Talk};
use zulipkit_bots::{Bot, Context, Diagnostic, Incoming, Result, Scope, Usage, async_trait};

/// Asks for a name, in each of the scopes, until it hears one.
#[derive(Debug)]
struct Asker(Scope);

#[async_trait]
impl Bot for Asker {
    fn usage(&self) -> Usage {
        Usage::new("Asker", "I ask.")
    }

    async fn handle(&self, message: &Incoming, context: &Context) -> Result<()> {
        let dialog = context.dialog::<Vec<String>>(self.0)?;
        let heard = dialog.state().await?;
        match (message.text(), heard) {
            ("end", _) => dialog.close().await,
            (text, None) => {
                dialog.set(vec![text.to_owned()]).await?;
                context.reply("and?").await
            }
            (text, Some(mut heard)) => {
                heard.push(text.to_owned());
                context.reply(heard.join("+")).await?;
                dialog.set(heard).await
            }
        }
    }
}

async fn asked(scope: Scope) -> Vec<String> {
    let mut talk = Talk::with(Asker(scope)).await.unwrap();
    let mut answers = Vec::new();
    let mut note = |heard: Heard| answers.extend(heard.texts().into_iter().map(str::to_owned));
    note(talk.say("a").await.unwrap());
    note(
        talk.say_in("general", "names", "@**Asker** b")
            .await
            .unwrap(),
    );
    note(talk.say("c").await.unwrap());
    let grace = talk.session().world().person("Grace").id;
    let ada = talk.session().world().person("Ada").id;
    let general = talk.session().world().channel("general").id;
    assert_ne!(grace, ada);
    let topic = zulipkit_bots::Conversation::Topic {
        channel: general,
        topic: "Names".to_owned(),
    };
    let turn = talk.session().say(grace, &topic, "@**Asker** d").await;
    turn.outcome.unwrap();
    note(talk.wait(Duration::ZERO).await.unwrap());
    answers
}

#[tokio::test]
async fn a_dialog_belongs_to_a_person_or_a_conversation_or_both() {
    assert_eq!(asked(Scope::Person).await, ["and?", "a+b", "a+b+c", "and?"]);
    assert_eq!(
        asked(Scope::Conversation).await,
        ["and?", "and?", "a+c", "b+d"]
    );
    assert_eq!(
        asked(Scope::PersonHere).await,
        ["and?", "and?", "a+c", "and?"]
    );
}

#[tokio::test]
async fn a_dialog_ends_when_it_is_closed_or_after_an_hour() {
    let mut talk = Talk::with(Asker(Scope::Person)).await.unwrap();
    talk.say("a").await.unwrap().answers(&["and?"]);
    talk.say("end").await.unwrap().answers(&[]);
    talk.say("b").await.unwrap().answers(&["and?"]);
    talk.wait(Duration::from_secs(59 * 60)).await.unwrap();
    talk.say("c").await.unwrap().answers(&["b+c"]);
    talk.wait(Duration::from_secs(61 * 60)).await.unwrap();
    talk.say("d").await.unwrap().answers(&["and?"]);
}

/// Works, and shows how far it is.
#[derive(Debug)]
struct Worker;

#[async_trait]
impl Bot for Worker {
    fn usage(&self) -> Usage {
        Usage::new("Worker", "I work.")
    }

    async fn handle(&self, message: &Incoming, context: &Context) -> Result<()> {
        let mut progress = context.progress("starting").await?;
        for step in 0..5 {
            progress.update(format!("step {step}")).await;
            tokio::time::sleep(Duration::from_millis(1_500)).await;
        }
        if message.text() == "lose the message" {
            delete_last(context).await?;
            progress.update("is not shown").await;
        }
        progress.finish("done").await.map(drop)
    }
}

/// Deletes the message that shows the progress, as an administrator might.
async fn delete_last(context: &Context) -> Result<()> {
    let newest = GetMessages::newest(1, []);
    let failed = |error| Diagnostic::failed("cannot delete").source(&error);
    let found = context
        .client()
        .send(&newest)
        .await
        .map_err(|error| failed(error))?;
    let last = found.messages.last().unwrap().id;
    let deleted = context.client().send(&DeleteMessage::new(last)).await;
    deleted.map(drop).map_err(|error| failed(error))
}

fn shown(heard: &Heard) -> Vec<String> {
    let deeds = heard.deeds.iter();
    let text = deeds.filter_map(|deed| match deed {
        Deed::Sent(message) => Some(format!("sent {}", message.content)),
        Deed::Edited(message) => Some(format!("edited {}", message.content)),
        Deed::Deleted(_) => Some("deleted".to_owned()),
        _ => None,
    });
    text.collect()
}

#[tokio::test(start_paused = true)]
async fn an_answer_grows_by_edits_that_are_not_too_many() {
    let mut talk = Talk::with(Worker).await.unwrap();
    let heard = talk.say("work").await.unwrap();
    assert_eq!(
        shown(&heard),
        [
            "sent starting",
            "edited step 2",
            "edited step 4",
            "edited done"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn the_end_is_said_also_if_the_message_is_gone() {
    let mut talk = Talk::with(Worker).await.unwrap();
    let heard = talk.say("lose the message").await.unwrap();
    let shown = shown(&heard);
    assert_eq!(shown[shown.len() - 2..], ["deleted", "sent done"]);
}
