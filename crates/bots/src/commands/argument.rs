use std::fmt::{self, Display};
use std::ops::Deref;

use super::{Mistake, Words};

/// A type that can stand behind the name of a command.
pub trait Argument: Sized {
    /// What is said there, as the usage calls it: `a number`.
    const KIND: &'static str;
    /// How many words it takes.
    const ARITY: Arity = Arity::One;

    /// Reads it from the next words.
    ///
    /// # Errors
    /// It is missing or not what it should be.
    fn read(name: &'static str, words: &mut Words<'_>) -> Result<Self, Mistake>;
}

/// How many words an argument takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arity {
    /// One, which must be there. A time may have several words.
    One,
    /// One, or none.
    Optional,
    /// As many as are left, at least one.
    Rest,
    /// As many as are left, or none.
    Any,
}

/// All that is left, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rest(pub String);

impl Argument for Rest {
    const KIND: &'static str = "some text";
    const ARITY: Arity = Arity::Rest;

    fn read(name: &'static str, words: &mut Words<'_>) -> Result<Self, Mistake> {
        let rest = words.rest();
        words.finish();
        if rest.is_empty() {
            return Err(Mistake::missing::<Self>(name));
        }
        Ok(rest.into())
    }
}

impl From<&str> for Rest {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl Deref for Rest {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Display for Rest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Argument for String {
    const KIND: &'static str = "a word, or several in quotes";

    fn read(name: &'static str, words: &mut Words<'_>) -> Result<Self, Mistake> {
        let word = words.next_word();
        word.map(|word| word.text.into_owned())
            .ok_or_else(|| Mistake::missing::<Self>(name))
    }
}

impl<A: Argument> Argument for Option<A> {
    const KIND: &'static str = A::KIND;
    const ARITY: Arity = match A::ARITY {
        Arity::One | Arity::Optional => Arity::Optional,
        Arity::Rest | Arity::Any => Arity::Any,
    };

    fn read(name: &'static str, words: &mut Words<'_>) -> Result<Self, Mistake> {
        if words.rest().is_empty() {
            return Ok(None);
        }
        A::read(name, words).map(Some)
    }
}

impl<A: Argument> Argument for Vec<A> {
    const KIND: &'static str = A::KIND;
    const ARITY: Arity = Arity::Any;

    fn read(name: &'static str, words: &mut Words<'_>) -> Result<Self, Mistake> {
        let mut all = Self::new();
        while !words.rest().is_empty() {
            all.push(A::read(name, words)?);
        }
        Ok(all)
    }
}

/// Implements [`Argument`] for types that are read from one word.
macro_rules! one_word {
    ($($type:ty: $kind:literal,)+) => {$(
        impl Argument for $type {
            const KIND: &'static str = $kind;

            fn read(name: &'static str, words: &mut Words<'_>) -> Result<Self, Mistake> {
                let word = words.next_word().ok_or_else(|| Mistake::missing::<Self>(name))?;
                word.text.parse().map_err(|_| Mistake::wrong::<Self>(name, word.raw))
            }
        }
    )+};
}

one_word! {
    u8: "a whole number up to 255",
    u16: "a whole number up to 65,535",
    u32: "a whole number",
    u64: "a whole number",
    usize: "a whole number",
    i32: "a whole number",
    i64: "a whole number",
    f64: "a number",
}

impl Argument for bool {
    const KIND: &'static str = "`yes` or `no`";

    fn read(name: &'static str, words: &mut Words<'_>) -> Result<Self, Mistake> {
        let word = words
            .next_word()
            .ok_or_else(|| Mistake::missing::<Self>(name))?;
        match word.text.to_lowercase().as_str() {
            "yes" | "y" | "on" | "true" => Ok(true),
            "no" | "n" | "off" | "false" => Ok(false),
            _ => Err(Mistake::wrong::<Self>(name, word.raw)),
        }
    }
}
