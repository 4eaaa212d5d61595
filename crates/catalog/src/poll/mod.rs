mod ballot;
mod question;

use zulipkit_bots::api::MessageId;
use zulipkit_bots::api::messages::GetMessage;
use zulipkit_bots::commands::Rest;
use zulipkit_bots::markup::escape;
use zulipkit_bots::widget::{Buttons, Poll, Votes};
use zulipkit_bots::{
    Bot, Context, Diagnostic, Incoming, Native, NoSettings, Result, Usage, async_trait, commands,
};

use self::ballot::{Ballot, count};

/// Makes polls, and votes by buttons.
#[derive(Debug)]
pub(crate) struct PollBot;

commands! {
    enum Command {
        /// Makes a poll.
        /// The options stand on lines of their own, or behind the question mark with commas between them, or all is in quotes:
        /// `poll "Lunch today?" Soup "Green salad"`.
        Poll = "poll" | "ask" { question: Rest },
        /// Says how the last poll of this conversation stands.
        Results = "results" | "result",
        /// Asks for votes by buttons; it is written like a poll, and everybody has one vote.
        Buttons = "buttons" | "ballot" { question: Rest },
        /// Votes for an option by its number, as the buttons do.
        Vote = "vote" { option: usize, ballot: Option<u32> },
    }
}

/// How many buttons there may be.
const MOST_OPTIONS: usize = 20;

impl Native for PollBot {
    const NAME: &'static str = "poll";
    const ABOUT: &'static str = "makes polls, and votes by buttons";
    const DOCS: &'static str = include_str!("../../../../docs/src/bots/catalog/poll.md");
    const DIALOGS: &'static [(&'static str, &'static str)] =
        dialogs!["poll/poll", "poll/buttons", "poll/mistakes"];
    type Settings = NoSettings;

    fn new(_settings: NoSettings) -> Result<Self> {
        Ok(Self)
    }
}

#[async_trait]
impl Bot for PollBot {
    fn usage(&self) -> Usage {
        Usage::new(
            "Poll",
            "I make polls, for example when you say `poll Lunch? soup, salad`.",
        )
    }

    async fn handle(&self, message: &Incoming, context: &Context) -> Result<()> {
        let place = &message.conversation;
        let (poll, ballot) = (format!("poll:{place}"), format!("ballot:{place}"));
        match context.command(message, &self.usage()).await? {
            Some(Command::Poll { question }) => make_poll(&poll, &question, context).await,
            Some(Command::Results) => tell_results(&poll, context).await,
            Some(Command::Buttons { question }) => make_ballot(&ballot, &question, context).await,
            Some(Command::Vote {
                option,
                ballot: number,
            }) => vote(&ballot, option, number, message, context).await,
            None => Ok(()),
        }
    }
}

async fn make_poll(key: &str, said: &str, context: &Context) -> Result<()> {
    let (question, options) = question::read(said);
    let posted = context
        .reply_with_poll(&Poll::new(question, options))
        .await?;
    context.storage().put(key, &posted.id()).await
}

async fn tell_results(key: &str, context: &Context) -> Result<()> {
    let last: Option<Option<MessageId>> = context.storage().get(key).await?;
    let Some(message) = last.flatten() else {
        return context.reply("I made no poll in this conversation.").await;
    };
    let found = context.client().send(&GetMessage::new(message)).await;
    let found = found.map_err(|error| Diagnostic::failed("cannot read a poll").source(&error))?;
    let votes = found
        .message
        .and_then(|message| Votes::of(&message.submessages));
    let Some(mut votes) = votes else {
        return context.reply("I made no poll in this conversation.").await;
    };
    votes
        .options
        .sort_by_key(|(_, voters)| std::cmp::Reverse(voters.len()));
    let mut text = format!("**{}**", escape::inline(&votes.question));
    for (option, voters) in &votes.options {
        text.push_str(&format!(
            "\n* {}{}",
            escape::inline(option),
            count(voters.len())
        ));
    }
    context.reply(text).await
}

async fn make_ballot(key: &str, said: &str, context: &Context) -> Result<()> {
    let (question, options) = question::read(said);
    if !(2..=MOST_OPTIONS).contains(&options.len()) {
        let wanted = format!(
            "Give me 2 to {MOST_OPTIONS} options, for example `buttons Lunch? soup, salad`."
        );
        return context.reply(wanted).await;
    }
    let last: Ballot = context.storage().get(key).await?.unwrap_or_default();
    let ballot = last.next(question, options);
    let mut buttons = Buttons::new(ballot.question.as_str());
    for (number, option) in (1..).zip(&ballot.options) {
        let reply = format!("vote {number} {}", ballot.number);
        buttons = buttons.choice(number.to_string(), option, context.said_to_me(&reply));
    }
    context.reply_with_buttons(ballot.ask(), &buttons).await?;
    context.storage().put(key, &ballot).await
}

/// Counts a vote, shows how it stands, and lets the voter know by a reaction.
async fn vote(
    key: &str,
    option: usize,
    number: Option<u32>,
    message: &Incoming,
    context: &Context,
) -> Result<()> {
    let Some(mut ballot) = context.storage().get::<Ballot>(key).await? else {
        let none = "There is nothing to vote on. Say for example `buttons Lunch? soup, salad`.";
        return context.reply(none).await;
    };
    if number.is_some_and(|number| number != ballot.number) {
        return context
            .reply("That vote is over: a newer one has begun.")
            .await;
    }
    if !ballot.vote(message.sender(), option) {
        let most = ballot.options.len();
        return context.reply(format!("The options are 1 to {most}.")).await;
    }
    show(&mut ballot, context).await?;
    context.storage().put(key, &ballot).await?;
    context.react(message.id(), "check").await
}

/// Shows how a ballot stands, in one message that is edited.
async fn show(ballot: &mut Ballot, context: &Context) -> Result<()> {
    let text = ballot.show();
    let edited = match ballot.standing {
        Some(shown) => context.edit(shown, text.as_str()).await.is_ok(),
        None => false,
    };
    if !edited {
        ballot.standing = context.post(context.answer(text)?).await?.id();
    }
    Ok(())
}
