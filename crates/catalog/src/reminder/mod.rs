mod book;
mod phrase;
mod repeat;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use zulipkit_bots::api::UserId;
use zulipkit_bots::api::messages::To;
use zulipkit_bots::api::users::GetUser;
use zulipkit_bots::commands::Rest;
use zulipkit_bots::markup::{block, mention, time};
use zulipkit_bots::{
    Alarm, Bot, Context, Conversation, Diagnostic, Incoming, Native, Result, Usage, async_trait,
    commands,
};

use self::book::{Book, Entry, Full};
use self::phrase::Due;

/// Reminds people of what they asked to be reminded of.
#[derive(Debug)]
pub(crate) struct Reminder {
    place: Place,
    zone: TimeZone,
    limit: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    r#where: Place,
    time_zone: String,
    limit: usize,
}

/// Where somebody is reminded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Place {
    Here,
    Direct,
}

/// What an alarm says: whose reminder it is.
#[derive(Debug, Serialize, Deserialize)]
struct Ring {
    person: UserId,
    number: u32,
}

commands! {
    enum Command {
        /// Reminds all who read here, for example `remind us every monday at 9:00 to water the plants`.
        RemindUs = "remind us" | "remind all" { what: Rest },
        /// Reminds you, for example `remind me in 20 minutes to drink tea`.
        /// The time may stand before or behind: `in 2 hours`, `at 17:30`, `tomorrow at 9:00`, `friday`, `on 24 December at noon`,
        /// or, to be reminded again and again, `every day at 9:00`, `every weekday`, `every monday and friday`, `every 2 hours`.
        Remind = "remind me" | "remind" { what: Rest },
        /// Shows your reminders.
        List = "list" | "reminders",
        /// Takes a reminder back.
        Cancel = "cancel" | "remove" | "delete" { number: u32 },
    }
}

/// What comes later than this says so.
const LATE: SignedDuration = SignedDuration::from_mins(2);

impl Native for Reminder {
    const NAME: &'static str = "reminder";
    const ABOUT: &'static str = "reminds people at a time, once or again and again";
    const DEFAULTS: &'static str = include_str!("settings.toml");
    const DOCS: &'static str = include_str!("../../../../docs/src/bots/catalog/reminder.md");
    const DIALOGS: &'static [(&'static str, &'static str)] = dialogs![
        "reminder/remind",
        "reminder/list",
        "reminder/repeat",
        "reminder/restart",
        "reminder/late",
        "reminder/zone",
        "reminder/mistakes",
    ];
    type Settings = Settings;

    fn new(settings: Settings) -> Result<Self> {
        let zone = TimeZone::get(&settings.time_zone).map_err(|error| {
            Diagnostic::settings("cannot start the bot `reminder`")
                .cause(format!("`{}` is no time zone", settings.time_zone))
                .source(&error)
                .hint("a time zone has a name such as `Europe/Berlin`")
        })?;
        Ok(Self {
            place: settings.r#where,
            zone,
            limit: settings.limit,
        })
    }
}

#[async_trait]
impl Bot for Reminder {
    fn usage(&self) -> Usage {
        Usage::new(
            "Reminder",
            "I remind you, for example when you say `remind me in 20 minutes to drink tea`.",
        )
    }

    async fn start(&self, context: &Context) -> Result<()> {
        // Alarms outlive the process by themselves, so this is no reason not to start.
        if let Err(error) = set_alarms(context).await {
            tracing::warn!(
                "reminders that were asked for just before the last end may be missing: {error}"
            );
        }
        Ok(())
    }

    async fn handle(&self, message: &Incoming, context: &Context) -> Result<()> {
        match context.command(message, &self.usage()).await? {
            Some(Command::Remind { what }) => self.remind(&what, false, message, context).await,
            Some(Command::RemindUs { what }) => self.remind(&what, true, message, context).await,
            Some(Command::List) => {
                let book: Option<Book> = context.storage().get(&key(message.sender())).await?;
                let book = book.unwrap_or_default();
                context.reply(book.show()).await
            }
            Some(Command::Cancel { number }) => cancel(number, message, context).await,
            None => Ok(()),
        }
    }

    async fn alarm(&self, alarm: &Alarm, context: &Context) -> Result<()> {
        let ring: Ring = alarm.read()?;
        let key = key(ring.person);
        let book: Book = context.storage().get(&key).await?.unwrap_or_default();
        // Taken back meanwhile, or put off.
        let Some(entry) = book.get(ring.number).filter(|entry| entry.due <= alarm.due) else {
            return Ok(());
        };
        tell(ring.person, entry, context).await?;
        let next = entry.repeat.as_ref().and_then(|repeat| {
            let zone = TimeZone::get(&entry.zone).unwrap_or_else(|_| self.zone.clone());
            let local = |moment: Timestamp| moment.to_zoned_datetime(zone.clone());
            repeat.next(&local(entry.due), &local(context.now()))
        });
        let Some(next) = next.map(|next| next.timestamp()) else {
            let remove = move |book: &mut Book| book.remove(ring.number);
            return context.storage().update(&key, remove).await.map(drop);
        };
        let put_off = move |book: &mut Book| book.put_off(ring.number, next);
        context.storage().update(&key, put_off).await?;
        let entry = Entry {
            due: next,
            ..entry.clone()
        };
        set_alarm(ring.person, &entry, context).await
    }
}

/// What the keys of the books begin with.
const BOOK: &str = "reminders:";

fn key(person: UserId) -> String {
    format!("{BOOK}{person}")
}

impl Reminder {
    async fn remind(
        &self,
        said: &str,
        for_all: bool,
        message: &Incoming,
        context: &Context,
    ) -> Result<()> {
        let Some((due, what)) = phrase::read(said) else {
            let hint = "I found no time in that. Say for example `remind me in 20 minutes to drink tea`; `help remind` tells \
                        which times I understand.";
            return context.reply(hint).await;
        };
        let zone = self.zone_of(message.sender(), context).await;
        // The time counts from when it was said, also if the bot was down meanwhile.
        let said_at = Timestamp::from_second(message.message.timestamp);
        let said_at = said_at.unwrap_or_else(|_| context.now());
        let said_at = said_at.to_zoned_datetime(zone.clone());
        let (moment, repeat) = match due {
            Due::Once(when) => (when.after(&said_at), None),
            Due::Again(repeat) => (repeat.next(&said_at, &said_at), Some(repeat)),
        };
        let Some(moment) = moment else {
            return context
                .reply("That time is past, or there is no such day.")
                .await;
        };
        let entry = Entry {
            number: 0,
            asked: message.id(),
            due: moment.timestamp(),
            what,
            place: self.place(for_all, message, context),
            for_all,
            repeat,
            zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        };
        let limit = self.limit;
        let person = message.sender();
        let add = move |book: &mut Book| book.add(entry, limit);
        match context.storage().update(&key(person), add).await? {
            Ok(entry) => {
                set_alarm(person, &entry, context).await?;
                context.reply(entry.promise()).await
            }
            Err(Full) => {
                let full = format!("You have {limit} reminders already. Take one back first.");
                context.reply(full).await
            }
        }
    }

    /// Returns where to remind of what a message asks for.
    fn place(&self, for_all: bool, message: &Incoming, context: &Context) -> Conversation {
        match self.place {
            Place::Direct if !for_all => {
                Conversation::direct([message.sender()], context.me().user_id)
            }
            _ => message.conversation.clone(),
        }
    }

    /// Returns a person's time zone, or the one of the settings if none is set, or the server does not say it now.
    async fn zone_of(&self, person: UserId, context: &Context) -> TimeZone {
        let user = context.client().send(&GetUser::new(person)).await;
        let zone = match user {
            Ok(found) => TimeZone::get(&found.user.timezone).ok(),
            Err(error) => {
                tracing::debug!("the time zone of user {person} is not known: {error}");
                None
            }
        };
        zone.unwrap_or_else(|| self.zone.clone())
    }
}

/// Sets every alarm anew, for reminders that were written down just before the process died.
async fn set_alarms(context: &Context) -> Result<()> {
    for key in context.storage().keys(BOOK).await? {
        let Some(person) = key.strip_prefix(BOOK).and_then(|id| id.parse().ok()) else {
            continue;
        };
        let book: Book = context.storage().get(&key).await?.unwrap_or_default();
        for entry in book.entries() {
            set_alarm(person, entry, context).await?;
        }
    }
    Ok(())
}

async fn set_alarm(person: UserId, entry: &Entry, context: &Context) -> Result<()> {
    let number = entry.number;
    let ring = Ring { person, number };
    context
        .set_alarm(entry.alarm(person), entry.due, &ring)
        .await
}

async fn cancel(number: u32, message: &Incoming, context: &Context) -> Result<()> {
    let person = message.sender();
    let remove = move |book: &mut Book| book.remove(number);
    let Some(entry) = context.storage().update(&key(person), remove).await? else {
        let none = format!("You have no reminder **{number}**. Say `list` to see yours.");
        return context.reply(none).await;
    };
    context.cancel_alarm(&entry.alarm(person)).await?;
    context
        .reply(format!("I will not remind you of **{number}**."))
        .await
}

/// Says what was to be said, where it was asked for. If that place is gone, the person is told directly.
async fn tell(person: UserId, entry: &Entry, context: &Context) -> Result<()> {
    let mut text = match (&entry.place, entry.for_all) {
        (Conversation::Direct { people }, _) if people.len() <= 1 => "Reminder:".to_owned(),
        (_, false) => format!("{} Reminder:", mention(person.0)),
        (_, true) => "Reminder:".to_owned(),
    };
    let what = block(&entry.what);
    let gap = if what.contains('\n') { "\n\n" } else { " " };
    text.push_str(&format!("{gap}{what}"));
    if context.now().duration_since(entry.due) > LATE {
        let due = time(&entry.due.to_string());
        text.push_str(&format!(
            "\n\n(This is late: it was due {due}, when I was not running.)"
        ));
    }
    let me = context.me().user_id;
    let there = context.send(entry.place.to(me), text.as_str()).await;
    if let Err(error) = there {
        tracing::warn!("a reminder is told directly instead: {error}");
        return context.send(To::users([person]), text).await;
    }
    Ok(())
}
