use std::time::Duration;

use tokio::time::sleep;
use zulipkit_api::users::{GetOwnUser, OwnUser};
use zulipkit_api::{Client, Error, UserId};

/// The waits between the tries to learn the account grow from the first to the second.
const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// The account as which a bot talks, as the server names it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Me {
    /// Its number, which never changes.
    pub user_id: UserId,
    /// Its name, which may.
    pub full_name: String,
    /// Its e-mail address.
    pub email: String,
}

impl Me {
    /// Asks a server whose key a client has, until there is an answer.
    ///
    /// # Errors
    /// The server refuses to say.
    pub(crate) async fn ask(client: &Client) -> Result<Self, Error> {
        let mut wait = FIRST_WAIT;
        loop {
            match client.send(&GetOwnUser::new()).await {
                Ok(own) => return Ok(own.into()),
                Err(error) if error.is_refusal() => return Err(error),
                Err(error) => {
                    tracing::warn!("cannot learn the bot's account yet, trying again: {error}");
                }
            }
            sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    /// Returns how people mention it. The number makes it certain where two have one name.
    pub fn mention(&self) -> String {
        format!("@**{}|{}**", self.full_name, self.user_id)
    }
}

impl From<OwnUser> for Me {
    fn from(own: OwnUser) -> Self {
        Self {
            user_id: own.user.user_id,
            full_name: own.user.full_name,
            email: own.user.email,
        }
    }
}
