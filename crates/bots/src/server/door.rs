//! Who may call: a bot's token, which only its Zulip server knows.

use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use subtle::{Choice, ConstantTimeEq as _};

use super::call::{Call, Claim};
use super::served::Served;

/// The bots and their tokens.
#[derive(Debug, Default)]
pub(super) struct Door {
    bots: Vec<Arc<Served>>,
}

impl Door {
    pub(super) fn new(bots: Vec<Arc<Served>>) -> Self {
        Self { bots }
    }

    pub(super) fn bots(&self) -> &[Arc<Served>] {
        &self.bots
    }

    /// Returns the bot that is called, if the token is its own.
    ///
    /// Every token is compared, and each in the same time, so that nothing can be learnt about which bots there are and how
    /// much of a token was right.
    pub(super) fn admit(&self, call: &Call) -> Option<&Arc<Served>> {
        let mut admitted = None;
        for bot in &self.bots {
            let claimed = match &call.bot {
                Claim::Email(email) => bot.address == *email,
                // Until the server said which number the bot has, its token alone has to do.
                Claim::User(id) => bot.me().is_none_or(|me| me.user_id == *id),
            };
            let right = same(&bot.token, &call.token) & Choice::from(u8::from(claimed));
            if bool::from(right) {
                admitted = Some(bot);
            }
        }
        admitted
    }
}

/// Compares two tokens. An empty one is never right, since whoever knows nothing knows it.
fn same(expected: &SecretString, given: &SecretString) -> Choice {
    let (expected, given) = (expected.expose_secret(), given.expose_secret());
    let given_any = Choice::from(u8::from(!expected.is_empty()));
    expected.as_bytes().ct_eq(given.as_bytes()) & given_any
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_token_is_never_right() {
        let same = |a: &str, b: &str| bool::from(same(&a.into(), &b.into()));
        assert!(same("abc", "abc"));
        assert!(!same("abc", "abd"));
        assert!(!same("abc", "ab"));
        assert!(!same("", ""));
    }
}
