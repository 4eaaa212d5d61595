//! The botserverrc file: one section for each bot that is served to Zulip's outgoing webhooks.

use std::collections::BTreeMap;
use std::path::Path;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use zulipkit_api::{Credentials, Tls};
use zulipkit_diag::{Diagnostic, Place, Result};

use crate::environment::{Environment, ZULIP_BOTSERVER_CONFIG};
use crate::ini::{DEFAULT, Ini};
use crate::zuliprc::Zuliprc;

/// A bot of a botserverrc.
#[derive(Debug, Clone)]
pub struct BotSection {
    /// The section's name, which is that of the bot to run.
    pub name: String,
    /// Its account.
    pub credentials: Credentials,
    /// What proves that a call comes from the Zulip server.
    pub token: SecretString,
}

/// Reads a botserverrc, or a zuliprc to which a token was added.
///
/// # Errors
///
/// The file cannot be read or trusted, has no sections or one without a name, or a section lacks an option.
pub fn read(path: &Path) -> Result<Vec<BotSection>> {
    parse(path, &crate::file::read_trusted(path)?)
}

/// Reads a botserverrc's text; `path` only serves to name it.
///
/// # Errors
///
/// As [`read`].
pub fn parse(path: &Path, text: &str) -> Result<Vec<BotSection>> {
    refuse_nameless(path, text)?;
    let ini = Ini::parse(path, text)?;
    // What stands in `[DEFAULT]` holds for each of the others.
    let bots = ini
        .sections()
        .iter()
        .filter(|section| section.name != DEFAULT);
    let bots: Vec<&str> = bots.map(|section| section.name.as_str()).collect();
    if bots.is_empty() {
        return Err(
            Diagnostic::settings(format!("cannot read `{}`", path.display()))
                .cause("it has no sections")
                .hint("each bot has a section `[NAME]`, with `email`, `key`, `site` and `token`"),
        );
    }
    let section = |name: &str| {
        let account = Zuliprc::of_section(path, &ini, name)?;
        Ok(BotSection {
            name: name.to_owned(),
            token: ini.require(name, "token").map_err(where_tokens_are)?.into(),
            credentials: Credentials {
                site: account.site,
                email: account.email,
                key: account.key,
                tls: account.tls,
            },
        })
    };
    bots.into_iter().map(section).collect()
}

/// Reads the bots of `ZULIP_BOTSERVER_CONFIG`: an object of bots by name, each with `email`, `key`, `site` and `token`.
///
/// # Errors
///
/// The variable is not set, or its text is no such object.
pub fn of_environment(environment: &Environment) -> Result<Vec<BotSection>> {
    // All are read as secrets, since one may stand in the place of another.
    #[derive(Deserialize)]
    struct Bot {
        email: Option<SecretString>,
        key: Option<SecretString>,
        site: Option<SecretString>,
        token: Option<SecretString>,
    }
    let cannot = || {
        Diagnostic::settings(format!("cannot read `${ZULIP_BOTSERVER_CONFIG}`"))
            .hint("it holds JSON: {\"BOT\": {\"email\": …, \"key\": …, \"site\": …, \"token\": …}}")
    };
    let text = environment
        .text(ZULIP_BOTSERVER_CONFIG)
        .ok_or_else(|| cannot().cause("the variable is not set"))?;
    // The parser's words are left out where they may repeat what stands there, which are keys.
    let bots: BTreeMap<String, Bot> = serde_json::from_str(&text).map_err(|error| {
        cannot().cause(format!(
            "at line {}, column {} it is not as it should be",
            error.line(),
            error.column()
        ))
    })?;
    if bots.is_empty() {
        return Err(cannot().cause("it names no bot"));
    }
    let section = |(name, bot): (String, Bot)| {
        let require = |key: &str, value: Option<SecretString>| {
            value
                .filter(|value| !value.expose_secret().is_empty())
                .ok_or_else(|| cannot().cause(format!("`{name}` has no `{key}`")))
        };
        let site = require("site", bot.site)?;
        let site = site.expose_secret().parse().map_err(|error| {
            cannot()
                .cause(format!("the `site` of `{name}` is no address"))
                .source(&error)
        })?;
        Ok(BotSection {
            credentials: Credentials {
                site,
                email: require("email", bot.email)?.expose_secret().to_owned(),
                key: require("key", bot.key)?,
                tls: Tls::default(),
            },
            token: require("token", bot.token)?,
            name,
        })
    };
    bots.into_iter().map(section).collect()
}

/// Zulip lets people download such a file with all their bots, and the names left out.
fn refuse_nameless(path: &Path, text: &str) -> Result<()> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.trim().trim_start_matches('\u{feff}') == "[]" {
            let span = start..start + line.trim_end().len();
            let problem = Diagnostic::settings(format!("cannot read `{}`", path.display()))
                .cause("a section has no name")
                .at(Place::new(path, text, span, "which bot is it?"));
            return Err(problem
                .hint("write the name of the bot to run between the brackets: `[helloworld]`"));
        }
        start += line.len();
    }
    Ok(())
}

fn where_tokens_are(error: Diagnostic) -> Diagnostic {
    error.hint(
        "the token is not in a zuliprc: Zulip shows it in the settings of an outgoing webhook bot, and in the \
         botserverrc that can be downloaded there",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = "[helloworld]\nemail=a@example.com\nkey=k%1\nsite=https://z.example.com\ntoken=t1\n\n\
        [todo]\nemail = b@example.com\nkey = k2\nsite = https://z.example.com\ntoken = t2\nbot-config-file = x\n";

    fn read(text: &str) -> Result<Vec<BotSection>> {
        parse(Path::new("botserverrc"), text)
    }

    #[test]
    fn each_section_is_a_bot() {
        let bots = read(TWO).unwrap();
        let names: Vec<_> = bots.iter().map(|bot| bot.name.as_str()).collect();
        assert_eq!(names, ["helloworld", "todo"]);
        assert_eq!(bots[0].credentials.email, "a@example.com");
        assert_eq!(bots[0].credentials.key.expose_secret(), "k%1");
        assert_eq!(bots[1].token.expose_secret(), "t2");
    }

    #[test]
    fn a_section_without_a_name() {
        insta::assert_snapshot!(read("[]\nemail=a@example.com\n").unwrap_err().render(false), @r"
        error: cannot read `botserverrc`
          caused by: a section has no name
         --> botserverrc:1:1
          |
        1 | []
          | ^^ which bot is it?
        hint: write the name of the bot to run between the brackets: `[helloworld]`
        ");
    }

    #[test]
    fn what_stands_in_default_holds_for_all() {
        let text = TWO.replace("site=https://z.example.com\n", "");
        let text = format!("[DEFAULT]\nsite = https://other.example.com\n\n{text}");
        let bots = read(&text).unwrap();
        let sites: Vec<_> = bots
            .iter()
            .map(|bot| (bot.name.as_str(), bot.credentials.site.as_str()))
            .collect();
        let own = ("todo", "https://z.example.com");
        assert_eq!(sites, [("helloworld", "https://other.example.com"), own]);
        assert!(read("[DEFAULT]\nsite = https://z.example.com\n").is_err());
    }

    #[test]
    fn no_error_shows_a_key() {
        let indented = TWO
            .replace("token=t1", "  token=t1")
            .replace("k%1", "k%1\n\tx");
        for text in [
            indented.as_str(),
            &TWO.replace("\nkey=", "\n key="),
            &TWO.replace("\ntoken=", "\n\ttoken="),
            &TWO.replace('\n', "\r").replace("email=", ""),
        ] {
            let error = read(text).unwrap_err().render(false);
            for secret in ["k%1", "k2", "t1", "t2"] {
                assert!(!error.contains(secret), "{error}");
            }
        }
    }

    #[test]
    fn a_zuliprc_lacks_the_token() {
        let zuliprc = TWO
            .split("\n\n")
            .next()
            .unwrap()
            .replace("token=t1", "")
            .replace("helloworld", "api");
        insta::assert_snapshot!(read(&zuliprc).unwrap_err().render(false), @r"
        error: cannot read `botserverrc`
          caused by: section `[api]` has no `token`
         --> botserverrc:1:1
          |
        1 | [api]
          | ^^^^^ `token = …` is missing below
        hint: the token is not in a zuliprc: Zulip shows it in the settings of an outgoing webhook bot, and in the botserverrc that can be downloaded there
        ");
        assert!(read("# nothing\n").is_err());
    }

    #[test]
    fn the_environment_holds_json() {
        let read = |text: &str| of_environment(&Environment::of([(ZULIP_BOTSERVER_CONFIG, text)]));
        let one = r#"{"todo": {"email": "b@example.com", "key": "secretkey", "site": "https://z.example.com", "token": "t"}}"#;
        let bots = read(one).unwrap();
        assert_eq!((bots.len(), bots[0].name.as_str()), (1, "todo"));
        let wrong = one.replace("\"secretkey\"", "[\"secretkey\"]");
        let error = read(&wrong).unwrap_err().render(false);
        assert!(
            error.contains("line 1") && !error.contains("secretkey"),
            "{error}"
        );
        assert!(of_environment(&Environment::default()).is_err());
        for (text, cause) in [
            ("{}".to_owned(), "it names no bot"),
            (
                one.replace("\"token\"", "\"TOKEN\""),
                "`todo` has no `token`",
            ),
            (one.replace("\"t\"", "\"\""), "`todo` has no `token`"),
        ] {
            let error = read(&text).unwrap_err().one_line();
            assert!(error.contains(cause), "{error}");
        }
    }
}
