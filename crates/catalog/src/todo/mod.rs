mod list;

use serde::Deserialize;
use zulipkit_bots::commands::Rest;
use zulipkit_bots::markup::split;
use zulipkit_bots::widget::Buttons;
use zulipkit_bots::{Bot, Context, Incoming, Native, Result, Scope, Usage, async_trait, commands};

use self::list::{Item, List};

/// Keeps lists of things to do.
#[derive(Debug)]
pub(crate) struct Todo {
    settings: Settings,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    list: Whose,
}

/// Whose list it is.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Whose {
    Conversation,
    Person,
}

commands! {
    enum Command {
        /// Puts something on the list.
        Add = "add" { what: Rest },
        /// Shows the list.
        List = "list" | "show",
        /// Marks something as done.
        Done = "done" | "check" { number: u32 },
        /// Marks something as not done after all.
        Undo = "undo" | "uncheck" { number: u32 },
        /// Takes something off the list.
        Remove = "remove" | "delete" { number: u32 },
        /// Removes everything, if you then say yes.
        Clear = "clear",
    }
}

/// How long a message may be on every server.
const MESSAGE_LENGTH: usize = 10_000;

impl Native for Todo {
    const NAME: &'static str = "todo";
    const ABOUT: &'static str = "keeps lists of things to do";
    const DEFAULTS: &'static str = include_str!("settings.toml");
    const DOCS: &'static str = include_str!("../../../../docs/src/bots/catalog/todo.md");
    const DIALOGS: &'static [(&'static str, &'static str)] =
        dialogs!["todo/list", "todo/clear", "todo/mistakes", "todo/person"];
    type Settings = Settings;

    fn new(settings: Settings) -> Result<Self> {
        Ok(Self { settings })
    }
}

#[async_trait]
impl Bot for Todo {
    fn usage(&self) -> Usage {
        let text = match self.settings.list {
            Whose::Conversation => "I keep a list of things to do for this conversation.",
            Whose::Person => "I keep a list of things to do for you.",
        };
        Usage::new("To-do", text)
    }

    async fn handle(&self, message: &Incoming, context: &Context) -> Result<()> {
        if self.confirmed(message, context).await? {
            return Ok(());
        }
        let Some(command) = context.command(message, &self.usage()).await? else {
            return Ok(());
        };
        let key = self.key(message);
        let storage = context.storage();
        let (number, item, said) = match command {
            Command::Add { what } => {
                let item = storage
                    .update(&key, |list: &mut List| list.add(&what))
                    .await?;
                (item.number, Some(item), "To do")
            }
            Command::Done { number } => {
                let mark = move |list: &mut List| list.mark(number, true);
                (number, storage.update(&key, mark).await?, "Done")
            }
            Command::Undo { number } => {
                let mark = move |list: &mut List| list.mark(number, false);
                (number, storage.update(&key, mark).await?, "To do again")
            }
            Command::Remove { number } => {
                let remove = move |list: &mut List| list.remove(number);
                (number, storage.update(&key, remove).await?, "Removed")
            }
            Command::List => return self.show(&key, context).await,
            Command::Clear => return self.ask(&key, context).await,
        };
        context.reply(told(said, number, item.as_ref())).await
    }
}

/// Says what became of an item, or that there is none.
fn told(said: &str, number: u32, item: Option<&Item>) -> String {
    match item {
        Some(item) => format!("{said}: **{number}** {}", item.show()),
        None => format!("There is no **{number}** on the list. Say `list` to see it."),
    }
}

impl Todo {
    fn key(&self, message: &Incoming) -> String {
        match self.settings.list {
            Whose::Conversation => format!("list:{}", message.conversation),
            Whose::Person => format!("list:person:{}", message.sender()),
        }
    }

    async fn show(&self, key: &str, context: &Context) -> Result<()> {
        let list: List = context.storage().get(key).await?.unwrap_or_default();
        for part in split(&list.show(), MESSAGE_LENGTH) {
            context.reply(part).await?;
        }
        Ok(())
    }

    /// Asks whether the list is to be cleared, and waits for the answer.
    async fn ask(&self, key: &str, context: &Context) -> Result<()> {
        let list: List = context.storage().get(key).await?.unwrap_or_default();
        let things = match list.len() {
            0 => return context.reply(list.show()).await,
            1 => "the one thing".to_owned(),
            many => format!("all {many} things"),
        };
        context
            .dialog(Scope::PersonHere)?
            .set(key.to_owned())
            .await?;
        let question = format!("Remove {things} from the list?");
        let buttons = Buttons::new(question.as_str())
            .choice("yes", "Remove them", context.said_to_me("yes"))
            .choice("no", "Keep them", context.said_to_me("no"));
        let text = format!("{question} Say `yes` or `no`.");
        context.reply_with_buttons(text, &buttons).await.map(drop)
    }

    /// Takes the message as the answer to the question, if one was asked and it is one. Whatever else is said takes the
    /// question back.
    async fn confirmed(&self, message: &Incoming, context: &Context) -> Result<bool> {
        let dialog = context.dialog::<String>(Scope::PersonHere)?;
        let Some(key) = dialog.state().await? else {
            return Ok(false);
        };
        dialog.close().await?;
        match message.text().to_lowercase().as_str() {
            "yes" => {
                context.storage().remove(&key).await?;
                context.reply("The list is empty now.").await?;
            }
            "no" => context.reply("The list stays as it is.").await?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}
