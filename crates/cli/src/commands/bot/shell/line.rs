//! What a line means.

use std::time::Duration;

use zulipkit_diag::{Diagnostic, Result, did_you_mean};

/// What somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    Say(String),
    Topic(String),
    Channel(String),
    Direct,
    Group(Vec<String>),
    As(String),
    Edit(String),
    React(String),
    Unreact(String),
    Press(usize),
    Vote(usize),
    Raw,
    Advance(Duration),
    Who,
    Help,
    Quit,
}

/// The commands: how they are written and what they do.
const COMMANDS: &[(&str, &str)] = &[
    (
        "/channel NAME",
        "speak in this channel, which is made if need be",
    ),
    ("/topic NAME", "speak in this topic of the channel"),
    ("/dm", "speak to the bot alone"),
    ("/group NAME, NAME…", "speak to the bot and these people"),
    ("/as NAME", "be somebody else"),
    ("/edit TEXT", "give your last message another text"),
    ("/react EMOJI", "react to the bot's last message"),
    ("/unreact EMOJI", "take that back"),
    (
        "/press NUMBER",
        "press a button of the last message that has any",
    ),
    ("/vote NUMBER", "vote in the last poll"),
    ("/advance TIME", "let time pass, such as `20 min`"),
    ("/raw", "mention the bot yourself in channels, or no longer"),
    ("/who", "show who is there and where you speak"),
    ("/quit", "end; so does Ctrl-D"),
    ("//TEXT", "say a text that begins with one slash"),
];

/// Reads a line; nothing if it is empty.
pub(super) fn parse(text: &str) -> Option<Result<Line>> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let Some(rest) = text.strip_prefix('/') else {
        return Some(Ok(Line::Say(text.to_owned())));
    };
    if rest.starts_with('/') {
        return Some(Ok(Line::Say(rest.to_owned())));
    }
    let (word, argument) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    Some(command(word, argument.trim()))
}

fn command(word: &str, argument: &str) -> Result<Line> {
    let given = || match argument {
        "" => Err(usage(word)),
        argument => Ok(argument.trim_matches(':').to_owned()),
    };
    let number = || {
        let number = argument.parse::<usize>().ok().filter(|number| *number > 0);
        number.ok_or_else(|| usage(word))
    };
    Ok(match word {
        "topic" => Line::Topic(given()?),
        "channel" => {
            let place = given()?.trim_start_matches('#').to_owned();
            if place
                .split('>')
                .next()
                .is_none_or(|name| name.trim().is_empty())
            {
                return Err(usage(word));
            }
            Line::Channel(place)
        }
        "dm" if argument.is_empty() => Line::Direct,
        "dm" => {
            return Err(usage(word).hint("`/group` speaks to others as well, `/as` as one of them"));
        }
        "group" => {
            let mut people: Vec<String> = Vec::new();
            for name in argument.split(',').map(str::trim) {
                if !name.is_empty() && !people.iter().any(|known| known == name) {
                    people.push(name.to_owned());
                }
            }
            if people.is_empty() {
                return Err(usage(word));
            }
            Line::Group(people)
        }
        "as" => Line::As(given()?),
        "edit" => match argument {
            "" => return Err(usage(word)),
            text => Line::Edit(text.to_owned()),
        },
        "react" => Line::React(given()?),
        "unreact" => Line::Unreact(given()?),
        "press" => Line::Press(number()?),
        "vote" => Line::Vote(number()?),
        "raw" => Line::Raw,
        "advance" => {
            Line::Advance(zulipkit_settings::duration::parse(argument).ok_or_else(|| usage(word))?)
        }
        "who" => Line::Who,
        "help" => Line::Help,
        "quit" | "exit" => Line::Quit,
        _ => return Err(unknown(word)),
    })
}

fn usage(word: &str) -> Diagnostic {
    let known = COMMANDS.iter().find(|(usage, _)| name(usage) == word);
    let (usage, about) = known.copied().unwrap_or_default();
    Diagnostic::usage(format!("cannot understand `/{word}`")).hint(format!("`{usage}`: {about}"))
}

fn unknown(word: &str) -> Diagnostic {
    let names = COMMANDS.iter().map(|(usage, _)| name(usage));
    let unknown = Diagnostic::usage(format!("there is no command `/{word}`"));
    match did_you_mean(word, names).as_str() {
        "" => unknown,
        nearest => unknown.hint(nearest),
    }
    .hint(format!("`//{word} …` says it to the bot"))
}

fn name(usage: &str) -> &str {
    let word = usage.split(' ').next().unwrap_or(usage);
    word.trim_start_matches('/')
}

/// Lists the commands.
pub(super) fn help() -> String {
    let width = COMMANDS
        .iter()
        .map(|(usage, _)| usage.chars().count())
        .max()
        .unwrap_or(0);
    let lines = COMMANDS
        .iter()
        .map(|(usage, about)| format!("{usage:width$}  {about}"));
    let mut lines: Vec<_> = lines.collect();
    lines.push("A line that ends with a backslash goes on in the next one.".to_owned());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Line {
        parse(text).unwrap().unwrap()
    }

    #[test]
    fn lines_are_said_unless_they_begin_with_a_slash() {
        assert_eq!(read(" hello there "), Line::Say("hello there".to_owned()));
        assert_eq!(read("//poll x"), Line::Say("/poll x".to_owned()));
        assert_eq!(read("/channel #news"), Line::Channel("news".to_owned()));
        assert_eq!(read("/react :tada:"), Line::React("tada".to_owned()));
        assert_eq!(
            read("/advance 20 min"),
            Line::Advance(Duration::from_secs(1200))
        );
        assert_eq!(
            read("/group Zoe, Iago, Zoe"),
            Line::Group(vec!["Zoe".to_owned(), "Iago".to_owned()])
        );
        assert!(parse("  ").is_none());
    }

    #[test]
    fn a_mistake_says_what_is_right() {
        let told = |text: &str| parse(text).unwrap().unwrap_err().render(false);
        assert!(told("/tpoic x").contains("did you mean `topic`?"));
        assert!(told("/advance soon").contains("`/advance TIME`"));
        assert!(told("/press x").contains("`/press NUMBER`"));
        assert!(told("/topic").contains("`/topic NAME`"));
        assert!(told("/channel > x").contains("`/channel NAME`"));
        assert!(told("/group ,").contains("`/group NAME, NAME…`"));
        assert!(told("/dm Zoe").contains("`/group`"));
    }
}
