use std::fmt::{self, Display};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use serde_json::Value;
use zulipkit_api::MessageId;
use zulipkit_diag::{Diagnostic, Result};

use super::compare::differ;
use super::recording::{Exchange, Recordings, Source};
use super::step::{Event, On, Step};
use super::{Dialog, Pattern};
use crate::http::Http;
use crate::local::{Deed, Deeds, Session, Time, World, choices};
use crate::storage::{self, Store as _};
use crate::{Bot, Config, Conversation, Files};

/// How long a bot may take in a step. Nothing that it could wait for takes time there, so one that does hangs.
const LIMIT: Duration = Duration::from_secs(30);

/// Makes a bot from its settings.
pub type Make<'a> = dyn Fn(&Config) -> Result<Arc<dyn Bot>> + 'a;

/// What came of a dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The dialog's file, or its name.
    pub path: PathBuf,
    /// What it shows, if it says so.
    pub about: Option<String>,
    /// How many steps went as they should.
    pub passed: usize,
    /// What went otherwise; the dialog ends there.
    pub failure: Option<Failure>,
}

/// A step in which the bot did something else than the dialog says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The dialog's file, or its name.
    pub path: PathBuf,
    /// The line on which the step begins, counted from 1.
    pub line: usize,
    /// What was expected and what came, in lines.
    pub problems: String,
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}:{}", self.path.display(), self.line)?;
        for line in self.problems.lines() {
            writeln!(f, "  {line}")?;
        }
        Ok(())
    }
}

/// Runs a dialog with a bot that is made for it.
pub async fn run(dialog: &Dialog, make: &Make<'_>) -> Report {
    let mut passed = 0;
    let failure = play(dialog, make, &mut passed).await.err();
    Report {
        path: dialog.path.clone(),
        about: dialog.file.about.clone(),
        passed,
        failure: failure.map(|(at, problems)| Failure {
            path: dialog.path.clone(),
            line: dialog.line(at),
            problems,
        }),
    }
}

/// The place of a step in the dialog's text, and what went wrong there.
type Wrong = (usize, String);

async fn play(dialog: &Dialog, make: &Make<'_>, passed: &mut usize) -> Result<(), Wrong> {
    let at_start = |error: Diagnostic| (0, error.render(false));
    let mut stage = Stage::set(dialog, make).await.map_err(at_start)?;
    let outcome = stage.play(make, passed).await;
    stage.session.stop().await;
    outcome
}

/// A dialog that is being played.
struct Stage<'d> {
    dialog: &'d Dialog,
    world: World,
    deeds: Deeds,
    recordings: Arc<Recordings>,
    session: Session,
}

/// What the bot did in a step, by kind.
#[derive(Default)]
struct Done {
    answers: Vec<String>,
    elsewhere: Vec<(String, String)>,
    edits: Vec<String>,
    deletes: Vec<String>,
    reacts: Vec<String>,
    unreacts: Vec<String>,
    uploads: Vec<String>,
}

impl<'d> Stage<'d> {
    async fn set(dialog: &'d Dialog, make: &Make<'_>) -> Result<Self> {
        let file = &dialog.file;
        let listen = file.listen.clone().unwrap_or_default();
        let bot = make(&dialog.config())?;
        let name = file.name.clone().unwrap_or_else(|| bot.usage().name);
        let (world, deeds) = World::new(&name, Time::Still(dialog.start));
        for bot in &file.bots {
            world.other_bot(bot);
        }
        for person in [&file.who].into_iter().chain(&file.people) {
            world.person(person);
        }
        for channel in file.channels.iter().chain(&listen.channels) {
            world.channel(channel);
        }
        for sent in file.step.iter().flat_map(|step| &step.get_ref().sent) {
            if let Some((channel, _)) = channel_of(&sent.to.to_string()) {
                world.channel(channel);
            }
        }
        for (key, value) in &file.storage {
            let change = storage::put(key, value)?;
            world.stored().apply(&[change]).await?;
        }
        let recordings = Arc::new(Recordings::always(exchanges(dialog, &file.http)?));
        let session = session(dialog, &world, bot, &recordings).await?;
        Ok(Self {
            dialog,
            world,
            deeds,
            recordings,
            session,
        })
    }

    /// Plays all steps, up to the first that goes wrong.
    async fn play(&mut self, make: &Make<'_>, passed: &mut usize) -> Result<(), Wrong> {
        for step in &self.dialog.file.step {
            let at = step.span().start;
            let problems = match self.step(step.get_ref(), make).await {
                Ok(problems) => problems,
                Err(error) => vec![error.render(false)],
            };
            if !problems.is_empty() {
                let problems = problems.iter().map(|problem| problem.trim_end());
                return Err((at, problems.collect::<Vec<_>>().join("\n")));
            }
            *passed += 1;
        }
        Ok(())
    }

    /// Plays a step; returns what was not as it says.
    async fn step(&mut self, step: &Step, make: &Make<'_>) -> Result<Vec<String>> {
        let event = step.event().map_err(Diagnostic::failed)?;
        let script = exchanges(self.dialog, &step.http)?;
        self.recordings.expect(script);
        let place = self.place(step);
        let (heard, outcomes) = self.happen(step, &event, &place, make).await?;
        // What the bot's own tasks do at once belongs to this step.
        for _ in 0..8 {
            tokio::task::yield_now().await;
        }
        let done = self.done(&place);
        let mut problems = self.recordings.problems();
        problems.extend(failures(step, outcomes));
        if let Some(wanted) = step.heard.filter(|wanted| *wanted != heard) {
            let not = if wanted { "not " } else { "" };
            problems.push(format!("the bot was {not}told of this"));
        }
        problems.extend(compare(step, &done));
        problems.extend(self.compare_buttons(step));
        problems.extend(self.compare_storage(step).await?);
        Ok(problems)
    }

    /// Lets happen what the step says. Returns whether the bot was told, and how it fared.
    async fn happen(
        &mut self,
        step: &Step,
        event: &Event<'_>,
        place: &Conversation,
        make: &Make<'_>,
    ) -> Result<(bool, Vec<Result<()>>)> {
        let who = self.world.person(self.who(step)).id;
        let bot = self.session.bot_id();
        let turn = match event {
            Event::Say(text) => self.session.say(who, place, text).await,
            Event::Edit(text) => {
                let message = self.last_of(who, "who edits has said nothing yet")?;
                self.session.edit(message, text).await?
            }
            Event::React(emoji, added) => {
                let by = if step.on == On::Bot { bot } else { who };
                let message = self.last_of(by, "there is no message to react to")?;
                self.session.react(who, message, emoji, *added).await?
            }
            Event::Press(button) => {
                let reply = self.reply_of(button)?;
                self.session.say(who, place, &reply).await
            }
            Event::Vote(option, yes) => {
                let poll = self.world.last_poll().ok_or_else(|| {
                    Diagnostic::failed("cannot play this step").cause("there is no poll")
                })?;
                self.session.vote(who, poll.id, option, *yes)?;
                return Ok((false, Vec::new()));
            }
            Event::Wait(time) => {
                let time = SignedDuration::try_from(*time).unwrap_or(SignedDuration::MAX);
                let until = self.world.now().saturating_add(time);
                let until = until.unwrap_or(jiff::Timestamp::MAX);
                let outcomes = self.session.pass(until).await;
                return Ok((!outcomes.is_empty(), outcomes));
            }
            Event::Restart => {
                self.session.stop().await;
                let bot = make(&self.dialog.config())?;
                self.session = session(self.dialog, &self.world, bot, &self.recordings).await?;
                return Ok((true, Vec::new()));
            }
        };
        Ok((turn.heard, vec![turn.outcome]))
    }

    fn who<'s>(&'s self, step: &'s Step) -> &'s str {
        step.who.as_deref().unwrap_or(&self.dialog.file.who)
    }

    /// Returns where a step takes place.
    fn place(&self, step: &Step) -> Conversation {
        let default = match &step.with {
            Some(_) => None,
            None => self.dialog.file.place.as_deref(),
        };
        if let Some(text) = step.place.as_deref().or(default) {
            let (channel, topic) = channel_of(text).unwrap_or((text, "general chat"));
            return Conversation::Topic {
                channel: self.world.channel(channel).id,
                topic: topic.to_owned(),
            };
        }
        let names = step.with.iter().flatten().map(String::as_str);
        let names = names.chain([self.who(step)]);
        let people = names.map(|name| self.world.person(name).id);
        Conversation::direct(people, self.session.bot_id())
    }

    fn last_of(&self, sender: zulipkit_api::UserId, missing: &str) -> Result<MessageId> {
        let last = self.world.last_of(sender).map(|message| message.id);
        last.ok_or_else(|| Diagnostic::failed("cannot play this step").cause(missing))
    }

    /// Returns what somebody says who presses a button.
    fn reply_of(&self, button: &str) -> Result<String> {
        let last = self.world.last_with_buttons();
        let choices = last.as_ref().map(choices).unwrap_or_default();
        let is = |text: &str| text.eq_ignore_ascii_case(button);
        let pressed = choices
            .iter()
            .find(|choice| is(&choice.short_name) || is(&choice.long_name));
        let labels: Vec<_> = choices
            .iter()
            .map(|choice| choice.long_name.as_str())
            .collect();
        pressed.map(|choice| choice.reply.clone()).ok_or_else(|| {
            Diagnostic::failed(format!("cannot press `{button}`"))
                .cause(format!("the buttons are {labels:?}"))
        })
    }

    /// Takes what the bot did since the last look.
    fn done(&mut self, place: &Conversation) -> Done {
        let mut done = Done::default();
        let me = self.session.bot_id();
        for deed in self.deeds.take() {
            match deed {
                Deed::Sent(message) if Conversation::of(&message, me) == *place => {
                    done.answers.push(message.content);
                }
                Deed::Sent(message) => {
                    let to = self.world.describe(&Conversation::of(&message, me));
                    done.elsewhere.push((to, message.content));
                }
                Deed::Edited(message) => done.edits.push(message.content),
                Deed::Deleted(message) => done.deletes.push(message.content),
                Deed::Reacted {
                    emoji, added: true, ..
                } => done.reacts.push(emoji),
                Deed::Reacted { emoji, .. } => done.unreacts.push(emoji),
                Deed::Uploaded { name, .. } => done.uploads.push(name),
                Deed::Typing(_) | Deed::AlarmSet(_) | Deed::AlarmCancelled(_) => {}
            }
        }
        done
    }

    fn compare_buttons(&self, step: &Step) -> Option<String> {
        let wanted = step.buttons.as_ref()?;
        let last = self.world.last_of(self.session.bot_id());
        let choices = last.as_ref().map(choices).unwrap_or_default();
        let labels: Vec<_> = choices.into_iter().map(|choice| choice.long_name).collect();
        differ("buttons", wanted, &labels)
    }

    async fn compare_storage(&self, step: &Step) -> Result<Vec<String>> {
        let mut problems = Vec::new();
        for (key, wanted) in &step.stored {
            let wanted = serde_json::to_value(wanted)
                .map_err(|error| Diagnostic::failed("cannot compare").source(&error))?;
            let there: Option<Value> = self.session.storage().get(key).await?;
            if there.as_ref() != Some(&wanted) {
                let there = there.map_or("nothing".to_owned(), |there| there.to_string());
                problems.push(format!(
                    "stored under `{key}`:\n  - {wanted}\n  + {there}\n"
                ));
            }
        }
        for key in &step.gone {
            if self.session.storage().contains(key).await? {
                problems.push(format!("there is still something stored under `{key}`"));
            }
        }
        Ok(problems)
    }
}

/// Compares what the bot did with what the step lists.
fn compare(step: &Step, done: &Done) -> Vec<String> {
    let places = step.sent.iter().map(|sent| sent.to.clone());
    let places: Vec<Pattern> = places.collect();
    let texts: Vec<Pattern> = step.sent.iter().map(|sent| sent.text.clone()).collect();
    let (to, text): (Vec<String>, Vec<String>) = done.elsewhere.iter().cloned().unzip();
    [
        differ("answer", &step.answer, &done.answers),
        differ("sent to", &places, &to),
        differ("sent", &texts, &text),
        differ("edits", &step.edits, &done.edits),
        differ("deletes", &step.deletes, &done.deletes),
        differ("reacts", &step.reacts, &done.reacts),
        differ("unreacts", &step.unreacts, &done.unreacts),
        differ("uploads", &step.uploads, &done.uploads),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Returns the bot's errors, except one that the step expects.
fn failures(step: &Step, outcomes: Vec<Result<()>>) -> Vec<String> {
    let errors: Vec<_> = outcomes.into_iter().filter_map(Result::err).collect();
    match &step.fails {
        Some(pattern) => {
            let errors: Vec<_> = errors.iter().map(Diagnostic::one_line).collect();
            differ("fails", std::slice::from_ref(pattern), &errors)
                .into_iter()
                .collect()
        }
        None => errors.iter().map(|error| error.render(false)).collect(),
    }
}

async fn session(
    dialog: &Dialog,
    world: &World,
    bot: Arc<dyn Bot>,
    recordings: &Arc<Recordings>,
) -> Result<Session> {
    let session = Session::new(
        world.clone(),
        bot,
        dialog.file.listen.clone().unwrap_or_default(),
        Files::in_folder(dialog.folder()),
        Http::over(recordings.clone()),
    )?
    .with_time_limit(LIMIT);
    session.start().await?;
    Ok(session)
}

fn exchanges(dialog: &Dialog, sources: &[Source]) -> Result<Vec<Exchange>> {
    let mut exchanges = Vec::new();
    for source in sources {
        match source {
            Source::File(file) => exchanges.extend(Exchange::open(&dialog.folder().join(file))?),
            Source::Here(exchange) => exchanges.push(exchange.as_ref().clone()),
        }
    }
    Ok(exchanges)
}

/// Reads `#channel > topic`.
fn channel_of(text: &str) -> Option<(&str, &str)> {
    let (channel, topic) = text.trim().strip_prefix('#')?.split_once('>')?;
    Some((channel.trim(), topic.trim()))
}
