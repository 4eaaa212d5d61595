//! What the person sees.

use std::cell::RefCell;

use zulipkit_api::messages::Message;
use zulipkit_bots::Conversation;
use zulipkit_bots::local::{Deed, Deeds, World, choices};
use zulipkit_bots::widget::Votes;
use zulipkit_diag::{Diagnostic, Result};

use super::input::Printer;
use super::markdown;
use super::room::Room;
use crate::ui::{BOLD, DIM, Ui, paint};

/// Writes what happens, one thing after the other.
pub(super) struct Screen {
    ui: Ui,
    world: World,
    /// The bot's name.
    bot: String,
    /// On a terminal, where a line is being edited meanwhile.
    printer: Option<RefCell<Printer>>,
    /// Where the person is: what is said there needs no place.
    here: RefCell<Option<Conversation>>,
}

impl Screen {
    pub(super) fn new(ui: Ui, world: World, bot: &str, printer: Option<Printer>) -> Self {
        Self {
            ui,
            world,
            bot: bot.to_owned(),
            printer: printer.map(RefCell::new),
            here: RefCell::new(None),
        }
    }

    /// Notes where the person is.
    pub(super) fn enter(&self, place: Conversation) {
        self.here.replace(Some(place));
    }

    /// Shows what the person wrote, where it was not typed.
    pub(super) fn echo(&self, room: &Room, text: &str) {
        let place = room.place();
        self.said(room.who(), &place, text);
    }

    /// Shows all that the bot did.
    pub(super) fn show_all(&self, deeds: &mut Deeds) {
        for deed in deeds.take() {
            self.show(&deed);
        }
    }

    /// Shows something that the bot did.
    pub(super) fn show(&self, deed: &Deed) {
        match deed {
            Deed::Sent(message) => self.message(message, ""),
            Deed::Edited(message) => self.message(message, ", edited"),
            Deed::Deleted(message) => {
                self.note(&format!("{} deletes {}.", self.bot, quoted(message)));
            }
            Deed::Reacted {
                message,
                emoji,
                added,
            } => {
                let emoji = markdown::emoji(emoji);
                let quoted = quoted(message);
                self.note(&match added {
                    true => format!("{} reacts with {emoji} to {quoted}.", self.bot),
                    false => format!("{} takes {emoji} back from {quoted}.", self.bot),
                });
            }
            Deed::Uploaded { name, size } => {
                self.note(&format!("{} uploads {name}, {size} bytes.", self.bot));
            }
            Deed::AlarmSet(alarm) => self.note(&format!(
                "{} sets an alarm for {}.",
                self.bot,
                clock(alarm.due)
            )),
            Deed::AlarmCancelled(_) => self.note(&format!("{} takes an alarm back.", self.bot)),
            _ => {}
        }
    }

    fn message(&self, message: &Message, how: &str) {
        let place = Conversation::of(message, self.world.bot().id);
        let there = match &*self.here.borrow() {
            Some(here) if *here == place => String::new(),
            _ => self.world.describe(&place),
        };
        let mut text = markdown::render(&message.content);
        for (number, choice) in choices(message).iter().enumerate() {
            let number = number + 1;
            text.push_str(&format!(
                "\n  [{number}] {} {}",
                choice.short_name, choice.long_name
            ));
        }
        if let Some(votes) = Votes::of(&message.submessages) {
            text = format!("Poll: {}", votes.question);
            for (number, (option, voters)) in votes.options.iter().enumerate() {
                let number = number + 1;
                text.push_str(&format!("\n  [{number}] {option} ({})", voters.len()));
            }
        }
        self.write_said(&format!("{}{how}", self.bot), &there, &text);
    }

    fn said(&self, who: &str, place: &str, text: &str) {
        self.write_said(who, place, &markdown::plain(text));
    }

    fn write_said(&self, who: &str, place: &str, text: &str) {
        let place = match place {
            "" => String::new(),
            place => format!(" [{}]", markdown::plain(place)),
        };
        let who = paint(BOLD, format!("{}{place}:", markdown::plain(who)));
        let text = match text.contains('\n') {
            true => format!("\n{text}").replace('\n', "\n  "),
            false => format!(" {text}"),
        };
        self.write(&format!("{who}{text}"));
    }

    /// Says something that is not said by anybody in the conversation.
    pub(super) fn note(&self, text: &str) {
        self.write(&paint(DIM, markdown::plain(text)));
    }

    /// Shows how the bot fared, if not well.
    pub(super) fn outcome(&self, outcome: &Result<()>) {
        if let Err(error) = outcome {
            self.error(error);
        }
    }

    pub(super) fn error(&self, error: &Diagnostic) {
        match &self.printer {
            Some(_) => self.write(&error.render(self.ui.has_colour())),
            None => self.ui.error(error),
        }
    }

    fn write(&self, text: &str) {
        match &self.printer {
            Some(printer) => {
                let text = match self.ui.has_colour() {
                    true => text.to_owned(),
                    false => anstream::adapter::strip_str(text).to_string(),
                };
                // The terminal is gone only when its window is.
                let _ = printer.borrow_mut().print(format!("{text}\n"));
            }
            None => self.ui.data(text),
        }
    }
}

/// Names a message by its first words.
fn quoted(message: &Message) -> String {
    let line = message.content.lines().next().unwrap_or_default();
    let words: String = line.chars().take(40).collect();
    let more = if words.len() < message.content.len() {
        "…"
    } else {
        ""
    };
    format!(
        "“{}{more}”",
        markdown::plain(&markdown::without_ids(&words))
    )
}

fn clock(moment: jiff::Timestamp) -> String {
    moment.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}
