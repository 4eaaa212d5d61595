use zulipkit_bots::{Bot, Context, Incoming, Native, NoSettings, Result, Usage, async_trait};

/// Answers everything with the same words: the smallest bot there is.
#[derive(Debug)]
pub(crate) struct HelloWorld;

impl Native for HelloWorld {
    const NAME: &'static str = "helloworld";
    const ABOUT: &'static str = "answers everything with the same words";
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

    async fn handle(&self, _message: &Incoming, context: &Context) -> Result<()> {
        context.reply("beep boop").await
    }
}
