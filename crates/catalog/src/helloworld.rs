use zulipkit_bots::{Bot, Context, Incoming, Native, NoSettings, Result, Usage, async_trait};

/// Answers everything with the same words: the smallest bot there is.
#[derive(Debug)]
pub(crate) struct HelloWorld;

impl Native for HelloWorld {
    const NAME: &'static str = "helloworld";
    const ABOUT: &'static str = "answers everything with the same words";
    const DOCS: &'static str = include_str!("../../../docs/src/bots/catalog/helloworld.md");
    const DIALOGS: &'static [(&'static str, &'static str)] = dialogs!["helloworld/hello"];
    type Settings = NoSettings;

    fn new(_settings: NoSettings) -> Result<Self> {
        Ok(Self)
    }
}

#[async_trait]
impl Bot for HelloWorld {
    fn usage(&self) -> Usage {
        Usage::new(
            "HelloWorld",
            "I answer everything that you say to me with `beep boop`.",
        )
    }

    fn in_order(&self) -> bool {
        false
    }

    async fn handle(&self, message: &Incoming, context: &Context) -> Result<()> {
        context.reply("beep boop").await?;
        context.react(message.id(), "wave").await
    }
}
