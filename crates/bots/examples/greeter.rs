//! A bot in Rust that is a program of its own, for `command` in the settings of `zulipkit bot run`.

use serde::Deserialize;
use zulipkit_bots::{Bot, Context, Incoming, Native, Result, Usage, async_trait};

#[derive(Debug)]
struct Greeter {
    greeting: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    greeting: String,
}

impl Native for Greeter {
    const NAME: &'static str = "greeter";
    const ABOUT: &'static str = "greets, and remembers how often";
    const DEFAULTS: &'static str = "# What it says.\ngreeting = \"Hello\"\n";
    type Settings = Settings;

    fn new(settings: Settings) -> Result<Self> {
        Ok(Self {
            greeting: settings.greeting,
        })
    }
}

#[async_trait]
impl Bot for Greeter {
    fn usage(&self) -> Usage {
        Usage::new("Greeter", "I greet you.")
    }

    async fn handle(&self, message: &Incoming, context: &Context) -> Result<()> {
        let storage = context.storage();
        let key = message.sender().to_string();
        let times = storage
            .update(&key, |times: &mut u32| {
                *times += 1;
                *times
            })
            .await?;
        context.react(message.id(), "wave").await?;
        context
            .reply(format!(
                "{} {} ({times})",
                self.greeting, message.message.sender_full_name
            ))
            .await
    }
}

fn main() -> std::process::ExitCode {
    zulipkit_bots::hosts::serve::<Greeter>()
}
