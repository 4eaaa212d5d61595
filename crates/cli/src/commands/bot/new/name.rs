use zulipkit_diag::{Diagnostic, Result};

/// What a crate cannot be called: Rust's own words and crates.
const TAKEN: &[&str] = &[
    "abstract",
    "alloc",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "core",
    "crate",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "proc-macro",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "std",
    "struct",
    "super",
    "test",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "union",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
];

/// The longest name, in characters.
const LONGEST: usize = 64;

/// A bot's name, in the ways in which it is written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Name {
    /// As the crate and the settings have it: `weather-report`.
    pub(super) plain: String,
    /// As a type: `WeatherReport`.
    pub(super) type_name: String,
    /// As people read it: `Weather Report`.
    pub(super) title: String,
}

impl Name {
    /// Checks a name.
    pub(super) fn parse(name: &str) -> Result<Self> {
        let wrong = |cause: String| {
            Diagnostic::usage(format!("cannot call a bot `{name}`"))
                .cause(cause)
                .hint(
                    "a name is made of small letters, digits and hyphens, such as `weather-report`",
                )
        };
        let first = name.chars().next();
        if !first.is_some_and(|c| c.is_ascii_lowercase()) {
            return Err(wrong("it does not begin with a small letter".to_owned()));
        }
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if let Some(other) = name.chars().find(|c| !allowed(*c)) {
            return Err(wrong(format!(
                "`{}` cannot be in it",
                other.escape_default()
            )));
        }
        if name.ends_with('-') || name.contains("--") {
            return Err(wrong("a word is missing between its hyphens".to_owned()));
        }
        if name.len() > LONGEST {
            return Err(wrong(format!("it is longer than {LONGEST} characters")));
        }
        if TAKEN.contains(&name) || name.starts_with("zulipkit") {
            return Err(wrong("the name is taken".to_owned()));
        }
        let words = name.split('-').map(capital);
        let words: Vec<String> = words.collect();
        Ok(Self {
            plain: name.to_owned(),
            type_name: words.concat(),
            title: words.join(" "),
        })
    }

    /// Puts the name into a template.
    pub(super) fn fill(&self, template: &str) -> String {
        template
            .replace("__NAME__", &self.plain)
            .replace("__CRATE__", &self.plain.replace('-', "_"))
            .replace("__TYPE__", &self.type_name)
            .replace("__TITLE__", &self.title)
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_a_crate_can_have() {
        let name = Name::parse("weather-report2").unwrap();
        assert_eq!(
            (name.type_name.as_str(), name.title.as_str()),
            ("WeatherReport2", "Weather Report2")
        );
        for wrong in [
            "",
            "Weather",
            "2day",
            "a b",
            "a_b",
            "../a",
            "a--b",
            "a-",
            "test",
            "zulipkit-bots",
            "é",
            "self",
        ] {
            assert!(Name::parse(wrong).is_err(), "{wrong}");
        }
        assert!(Name::parse(&"a".repeat(65)).is_err());
    }
}
