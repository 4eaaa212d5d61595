use std::collections::BTreeMap;

use serde::Deserialize;
use zulipkit_bots::markup::code;
use zulipkit_bots::{Bot, Context, Incoming, Native, Result, Usage, async_trait};

/// Says where help is to be found, in the words of its settings.
#[derive(Debug)]
pub(crate) struct Help {
    settings: Settings,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    text: String,
    topics: BTreeMap<String, String>,
}

impl Native for Help {
    const NAME: &'static str = "help";
    const ABOUT: &'static str = "says where help is to be found";
    const DEFAULTS: &'static str = include_str!("settings.toml");
    const DOCS: &'static str = include_str!("../../../../docs/src/bots/catalog/help.md");
    const DIALOGS: &'static [(&'static str, &'static str)] = dialogs!["help/help", "help/topics"];
    type Settings = Settings;

    fn new(settings: Settings) -> Result<Self> {
        Ok(Self { settings })
    }
}

#[async_trait]
impl Bot for Help {
    fn usage(&self) -> Usage {
        Usage::new("Help", "I say where help is to be found.")
    }

    async fn handle(&self, message: &Incoming, context: &Context) -> Result<()> {
        context.reply(self.answer(message.text())).await
    }
}

impl Help {
    /// Returns what is said of a topic, or in general.
    fn answer(&self, said: &str) -> String {
        let said = said.trim_matches(|c: char| c.is_whitespace() || c == '?');
        let about = said.to_lowercase();
        let about = about.strip_prefix("help ").unwrap_or(&about).trim_start();
        let topics = &self.settings.topics;
        let topic = topics.iter().find(|(name, _)| name.to_lowercase() == about);
        if let Some((_, text)) = topic {
            return text.trim().to_owned();
        }
        let mut answer = self.settings.text.trim().to_owned();
        if !topics.is_empty() {
            let names: Vec<String> = topics.keys().map(|name| code(name)).collect();
            answer.push_str(&format!("\n\nYou can ask me about {}.", names.join(", ")));
        }
        answer
    }
}
