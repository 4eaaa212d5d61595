//! Which users are bots, as far as it was asked: an account never changes from one to the other.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use zulipkit_api::users::GetUser;
use zulipkit_api::{Client, UserId};

/// How many users are known at most.
const KNOWN: usize = 50_000;

/// The users of one server.
#[derive(Debug, Default)]
pub(super) struct People {
    bots: Mutex<HashMap<UserId, bool>>,
}

impl People {
    /// Tells whether a user is a bot, and asks the server where that is not known. Who cannot be asked for is taken for a
    /// person, who must not go unheard.
    pub(super) async fn is_bot(&self, user: UserId, client: &Client) -> bool {
        let known = self.bots().get(&user).copied();
        if let Some(known) = known {
            return known;
        }
        match client.send(&GetUser::new(user)).await {
            Ok(answer) => {
                self.note(user, answer.user.is_bot);
                answer.user.is_bot
            }
            Err(error) => {
                tracing::debug!("cannot ask whether user {user} is a bot: {error}");
                false
            }
        }
    }

    /// Notes what is known of a user.
    pub(super) fn note(&self, user: UserId, is_bot: bool) {
        let mut bots = self.bots();
        if bots.len() >= KNOWN {
            bots.clear();
        }
        bots.insert(user, is_bot);
    }

    fn bots(&self) -> MutexGuard<'_, HashMap<UserId, bool>> {
        self.bots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
