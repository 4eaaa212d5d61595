use serde::{Deserialize, Serialize};
use zulipkit_bots::api::MessageId;
use zulipkit_bots::{Bot, Context, Incoming, Native, NoSettings, Result, Usage, async_trait};

/// Counts how often it was called, in one message that it edits.
#[derive(Debug)]
pub(crate) struct Incrementor;

/// What it remembers of a conversation.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Count {
    number: u64,
    /// The message that shows the number, once it is known.
    message: Option<MessageId>,
}

impl Native for Incrementor {
    const NAME: &'static str = "incrementor";
    const ABOUT: &'static str = "counts in one message, which it edits";
    const DOCS: &'static str = include_str!("../../../docs/src/bots/catalog/incrementor.md");
    const DIALOGS: &'static [(&'static str, &'static str)] = dialogs!["incrementor/count"];
    type Settings = NoSettings;

    fn new(_settings: NoSettings) -> Result<Self> {
        Ok(Self)
    }
}

#[async_trait]
impl Bot for Incrementor {
    fn usage(&self) -> Usage {
        Usage::new(
            "Incrementor",
            "I count how often you call me in this conversation: I answer once, with 1, and then edit that message.",
        )
    }

    async fn handle(&self, message: &Incoming, context: &Context) -> Result<()> {
        // Messages of a conversation are handled one after the other, so nobody else counts here meanwhile.
        let key = format!("count:{}", message.conversation);
        let mut count: Count = context.storage().get(&key).await?.unwrap_or_default();
        count.number += 1;
        let text = count.number.to_string();
        let edited = match count.message {
            Some(shown) => context.edit(shown, &text).await.is_ok(),
            None => false,
        };
        if !edited {
            count.message = context.post(context.answer(&text)?).await?.id();
        }
        context.storage().put(&key, &count).await
    }
}
