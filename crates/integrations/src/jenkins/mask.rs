//! Secrets stay secret: what Jenkins would mask in its log is masked in messages too.
//!
//! A step that runs within `withCredentials` has the secrets in its environment. A commit message, a test's output or the
//! text of a message may repeat one, so the values of variables whose names look like a secret's are replaced wherever
//! they stand, and so are passwords in addresses.

use serde_json::{Map, Value};
use zulipkit_settings::Environment;

use super::globs::Globs;

/// What stands where a secret stood; Jenkins writes the same.
const MASK: &str = "****";

/// A shorter value is no secret worth the name, and would be found everywhere.
const SHORTEST: usize = 6;

/// What is that long, and stands in an address where a user's name may, is a token.
const SHORTEST_TOKEN: usize = 16;

/// The secrets to mask.
#[derive(Clone, Default)]
pub(super) struct Mask {
    secrets: Vec<String>,
}

impl std::fmt::Debug for Mask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mask").finish_non_exhaustive()
    }
}

impl Mask {
    /// Takes the values of the variables with these names.
    pub(super) fn of(environment: &Environment, names: &Globs) -> Self {
        let secret = |(name, value): (&str, &str)| {
            // The path of a secret file is none, and the secret's lines may be repeated one by one.
            let lines = value.lines().map(str::trim);
            let long = lines.filter(|line| line.len() >= SHORTEST && !line.starts_with('/'));
            names
                .take(name)
                .then(|| long.map(str::to_owned).collect::<Vec<_>>())
        };
        let mut secrets: Vec<String> = environment.texts().filter_map(secret).flatten().collect();
        // One may hold another.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self { secrets }
    }

    /// Masks all texts of an event's facts.
    pub(super) fn facts(&self, facts: &mut Map<String, Value>) {
        facts.values_mut().for_each(|fact| self.value(fact));
    }

    fn value(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.text(text),
            Value::Array(values) => values.iter_mut().for_each(|value| self.value(value)),
            Value::Object(values) => values.values_mut().for_each(|value| self.value(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn text(&self, text: &str) -> String {
        let masked = self
            .secrets
            .iter()
            .filter(|secret| text.contains(secret.as_str()))
            .fold(None, |masked: Option<String>, secret| {
                Some(
                    masked
                        .as_deref()
                        .unwrap_or(text)
                        .replace(secret.as_str(), MASK),
                )
            });
        without_passwords(masked.as_deref().unwrap_or(text))
    }
}

/// Masks the passwords of addresses such as `https://user:password@host`.
fn without_passwords(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + "://".len());
        out.push_str(before);
        let end = after
            .find(|c: char| c.is_whitespace() || "/?#\"'<>`()".contains(c))
            .unwrap_or(after.len());
        let (authority, tail) = after.split_at(end);
        out.push_str(&masked_authority(authority));
        rest = tail;
    }
    out + rest
}

fn masked_authority(authority: &str) -> String {
    let Some((user, host)) = authority.rsplit_once('@') else {
        return authority.to_owned();
    };
    match user.split_once(':') {
        Some((name, _)) => format!("{name}:{MASK}@{host}"),
        // Alone it may be a harmless name such as `git`, or a token.
        None if user.len() < SHORTEST_TOKEN => authority.to_owned(),
        None => format!("{MASK}@{host}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_secret_variables_and_passwords_in_addresses_are_masked() {
        let environment = Environment::of([
            ("DEPLOY_TOKEN", "tok-1234567"),
            ("db_password", "tok-1234567-longer"),
            ("PIN_PASSWORD", "1234"),
            ("ZULIP_KEY_FILE", "/run/secrets/key"),
            ("BRANCH_NAME", "main-branch"),
        ]);
        let names = Globs::new(&["*token*", "*password*", "*key*"]).unwrap();
        let mask = Mask::of(&environment, &names);
        assert_eq!(
            mask.text("a tok-1234567-longer b tok-1234567 c 1234 main-branch /run/secrets/key"),
            "a **** b **** c 1234 main-branch /run/secrets/key"
        );
        assert_eq!(
            mask.text("clone https://bot:s3cr3t@git.example.com/x.git and https://git@host/y"),
            "clone https://bot:****@git.example.com/x.git and https://git@host/y"
        );
        assert_eq!(
            mask.text("https://ghp_0123456789abcdef@github.com/x"),
            "https://****@github.com/x"
        );
        assert!(!format!("{mask:?}").contains("tok"));
        let mut facts = serde_json::json!({"a": [{"b": "tok-1234567"}], "n": 3});
        mask.facts(facts.as_object_mut().unwrap());
        assert_eq!(facts, serde_json::json!({"a": [{"b": "****"}], "n": 3}));
    }
}
