//! Commands: what people say to a bot, as a Rust enum.
//!
//! The [`commands!`](crate::commands!) macro declares them. Their doc comments are the help that people get, their fields
//! are the arguments.
//!
//! ```
//! use zulipkit_bots::commands::{Commands as _, Mistake, Rest};
//!
//! zulipkit_bots::commands! {
//!     /// What one can say to the bot.
//!     pub enum Command {
//!         /// Puts something on the list.
//!         Add = "add" | "new" { what: Rest },
//!         /// Takes something off the list.
//!         Remove = "remove" { number: u32 },
//!         /// Shows the list.
//!         List = "list",
//!     }
//! }
//!
//! assert_eq!(Command::parse("ADD two pints of milk"), Ok(Command::Add { what: "two pints of milk".into() }));
//! assert_eq!(Command::parse("remove 3"), Ok(Command::Remove { number: 3 }));
//! assert_eq!(
//!     Command::parse("remvoe 3").unwrap_err().to_string(),
//!     "I do not know `remvoe`: did you mean `remove`? Say `help` to see what I understand."
//! );
//! ```

mod argument;
mod help;
mod mistake;
mod person;
mod when;
mod words;

pub use self::argument::{Argument, Arity, Rest};
pub use self::mistake::Mistake;
pub use self::person::Person;
pub use self::when::{Day, When, clock_time, day, duration};
pub use self::words::{Word, Words, quote};

/// What one can say to a bot; [`commands!`](crate::commands!) implements it.
pub trait Commands: Sized {
    /// The commands, in the order in which the help shows them.
    const ALL: &'static [Command];

    /// Makes the command of this place in [`Self::ALL`] from the words behind its name.
    ///
    /// # Errors
    /// An argument is missing or wrong.
    fn read(place: usize, words: &mut Words<'_>) -> Result<Self, Mistake>;

    /// Reads what somebody said. Upper and lower case are the same in the names of commands.
    ///
    /// # Errors
    /// It is no command, its arguments are wrong, or it asks for help.
    fn parse(text: &str) -> Result<Self, Mistake> {
        let mut words = Words::new(text);
        let Some((place, name)) = find(Self::ALL, &mut words) else {
            return Err(Mistake::no_command(Self::ALL, words));
        };
        let command = Self::read(place, &mut words)
            .map_err(|mistake| mistake.in_command(&Self::ALL[place], name))?;
        match words.next_word() {
            None => Ok(command),
            Some(word) => Err(Mistake::TooMuch {
                usage: Self::ALL[place].usage_as(name),
                said: word.raw.to_owned(),
            }),
        }
    }
}

/// A command as the help shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Command {
    /// Its names, the one to show first. A name may have several words.
    pub names: &'static [&'static str],
    /// What it does: the lines of its doc comment.
    pub about: &'static [&'static str],
    /// What stands behind its name.
    pub parameters: &'static [Parameter],
}

/// What stands behind the name of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Its name in Rust.
    pub name: &'static str,
    /// What is said there, such as `a number`.
    pub kind: &'static str,
    /// How many words it takes.
    pub arity: Arity,
}

impl Parameter {
    /// Returns a parameter of this type.
    pub const fn of<A: Argument>(name: &'static str) -> Self {
        Self {
            name,
            kind: A::KIND,
            arity: A::ARITY,
        }
    }
}

/// Finds the command that the words begin with and goes past its name. Of two the one with more words in its name wins, so
/// that `remind me` may stand beside `remind`.
fn find(all: &[Command], words: &mut Words<'_>) -> Option<(usize, &'static str)> {
    let names = all.iter().enumerate().flat_map(|(place, command)| {
        let name = move |name: &&'static str| (place, *name);
        command.names.iter().map(name)
    });
    let (place, name, behind) = names
        .filter_map(|(place, name)| Some((place, name, words.after(name)?)))
        .max_by_key(|(.., behind)| behind.position())?;
    *words = behind;
    Some((place, name))
}

/// Declares what one can say to a bot; see [`commands`](mod@crate::commands).
///
/// A variant has its names, `"add" | "new"`, and its arguments with their types, which implement
/// [`Argument`](crate::commands::Argument). Its doc comment is what the help says of it.
#[macro_export]
macro_rules! commands {
    (
        $(#[$meta:meta])*
        $vis:vis enum $enum:ident {
            $(
                $(#[doc = $doc:literal])+
                $variant:ident = $name:literal $(| $alias:literal)* $({
                    $($(#[doc = $field_doc:literal])* $field:ident: $type:ty),+ $(,)?
                })?
            ),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        $vis enum $enum {
            $($(#[doc = $doc])+ $variant $({ $($(#[doc = $field_doc])* $field: $type),+ })?),+
        }

        impl $crate::commands::Commands for $enum {
            const ALL: &'static [$crate::commands::Command] = &[$(
                $crate::commands::Command {
                    names: &[$name $(, $alias)*],
                    about: &[$($doc),+],
                    parameters: &[$($($crate::commands::Parameter::of::<$type>(stringify!($field))),+)?],
                }
            ),+];

            fn read(
                place: usize,
                words: &mut $crate::commands::Words<'_>,
            ) -> ::std::result::Result<Self, $crate::commands::Mistake> {
                type Read<T> = fn(&mut $crate::commands::Words<'_>) -> ::std::result::Result<T, $crate::commands::Mistake>;
                let readers: &[Read<Self>] = &[$(
                    |words| {
                        // A command without arguments asks for no word.
                        let _ = &words;
                        Ok(Self::$variant $({ $($field: words.argument(stringify!($field))?),+ })?)
                    }
                ),+];
                readers[place](words)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use jiff::SpanFieldwise;
    use proptest::prelude::*;
    use zulipkit_api::UserId;

    use super::*;

    crate::commands! {
        enum Said {
            /// Rings a bell.
            /// As often as you say.
            Ring = "ring" | "ring the bell" { times: Option<u8> },
            /// Tells somebody something.
            Tell = "tell" { whom: Person, loud: bool, what: Rest },
            /// Takes words.
            Words = "words" | "w" { first: String, more: Vec<String> },
            /// Waits.
            Wait = "wait" { time: SpanFieldwise, until: Option<When> },
            /// Ends.
            End = "end",
        }
    }

    fn mistake(said: &str) -> String {
        Said::parse(said).unwrap_err().to_string()
    }

    #[test]
    fn arguments_have_types() {
        assert_eq!(Said::parse("ring"), Ok(Said::Ring { times: None }));
        let three = Ok(Said::Ring { times: Some(3) });
        assert_eq!(Said::parse("Ring The  BELL 3"), three);
        assert_eq!(Said::parse(" ring 3 "), three);
        let ada = Person {
            name: "Ada L".to_owned(),
            id: Some(UserId(9)),
        };
        let tell = Said::Tell {
            whom: ada,
            loud: true,
            what: "hi  \"there\"".into(),
        };
        assert_eq!(Said::parse("tell @**Ada L|9** yes hi  \"there\""), Ok(tell));
        let words = Said::Words {
            first: "a b".to_owned(),
            more: vec!["c".to_owned(), "d e".to_owned()],
        };
        assert_eq!(Said::parse("w 'a b' c \"d e\""), Ok(words));
        let wait = Said::parse("wait 20 minutes tomorrow");
        assert!(
            matches!(wait, Ok(Said::Wait { until: Some(_), .. })),
            "{wait:?}"
        );
        assert_eq!(Said::parse("END"), Ok(Said::End));
    }

    #[test]
    fn mistakes_are_told_so_that_they_can_be_mended() {
        for (said, told) in [
            (
                "rign",
                "I do not know `rign`: did you mean `ring`? Say `help` to see what I understand.",
            ),
            (
                "`@**all**` x",
                "I do not know `` `@**all**` ``. Say `help` to see what I understand.",
            ),
            (
                "ring 300",
                "`300` is not a whole number up to 255. Say `ring [TIMES]`.",
            ),
            (
                "ring the bell x",
                "`x` is not a whole number up to 255. Say `ring the bell [TIMES]`.",
            ),
            (
                "tell Ada",
                "`Ada` is not somebody, as a mention. Say `tell WHOM LOUD WHAT…`.",
            ),
            (
                "tell @**Ada** yes",
                "`WHAT` is missing: some text. Say `tell WHOM LOUD WHAT…`.",
            ),
            (
                "words",
                "`FIRST` is missing: a word, or several in quotes. Say `words FIRST [MORE…]`.",
            ),
            (
                "wait soon",
                "`soon` is not a length of time, such as `20 minutes`. Say `wait TIME [UNTIL]`.",
            ),
            ("end it", "`it` is more than I expected. Say `end`."),
        ] {
            assert_eq!(mistake(said), told);
        }
    }

    #[test]
    fn help_is_made_of_the_declaration() {
        let usage = crate::Usage::new("Bell", "I ring.");
        let all = Said::parse("help").unwrap_err().answer(&usage);
        assert!(
            all.starts_with(
                "I ring.\n\n* `ring [TIMES]`: Rings a bell.\n* `tell WHOM LOUD WHAT…`: "
            ),
            "{all}"
        );
        for same in ["", " ", "?", "HELP"] {
            assert_eq!(Said::parse(same).unwrap_err().answer(&usage), all);
        }
        assert_eq!(
            mistake("help ring"),
            "`ring [TIMES]`\nRings a bell.\nAs often as you say.\n* `TIMES`: a whole number up to 255\n\nOr say `ring the bell`."
        );
        assert!(mistake("help rign").starts_with("I do not know `rign`: did you mean `ring`?"));
    }

    proptest! {
        #[test]
        fn nothing_that_is_said_panics(
            said in "((help|ring|the|bell|tell|words|wait|end|@\\*\\*A b\\*\\*|yes|[0-9]{1,4}|\"|'|\\\\|minutes| |\n){0,10})|\\PC*",
        ) {
            if let Err(mistake) = Said::parse(&said) {
                prop_assert!(!mistake.to_string().is_empty());
            }
        }

        #[test]
        fn quoted_words_come_back(first in any::<String>(), more in prop::collection::vec(any::<String>(), 0..3)) {
            let quoted: Vec<_> = more.iter().map(|word| quote(word)).collect();
            let said = format!("words {} {}", quote(&first), quoted.join(" "));
            prop_assert_eq!(Said::parse(&said), Ok(Said::Words { first, more }));
        }
    }
}
