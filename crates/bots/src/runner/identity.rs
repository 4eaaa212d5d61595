//! As whom a bot runs, while its account may be renamed.

use std::sync::Arc;

use zulipkit_api::events::kinds::UserChange;
use zulipkit_api::users::GetOwnUser;

use super::running::Running;
use crate::{Me, Surroundings};

impl Running {
    /// Returns what its handlings act through, and as whom.
    pub(super) async fn surroundings(&self) -> Arc<Surroundings> {
        self.surroundings.read().await.clone()
    }

    /// Takes note of another name or address of its own.
    pub(super) async fn renamed(&self, change: UserChange) {
        let mut me = self.surroundings().await.me.clone();
        if change.user_id != me.user_id {
            return;
        }
        if let Some(name) = change.full_name {
            me.full_name = name;
        }
        if let Some(email) = change.new_email {
            me.email = email;
        }
        self.become_me(me).await;
    }

    /// Asks for its name and address, which may have changed meanwhile.
    pub(super) async fn refresh_me(&self) {
        if let Ok(own) = self.spec.client.send(&GetOwnUser::new()).await {
            self.become_me(own.into()).await;
        }
    }

    async fn become_me(&self, me: Me) {
        let mut surroundings = self.surroundings.write().await;
        if surroundings.me != me {
            tracing::info!("is now called {}", me.full_name);
            *surroundings = Arc::new(Surroundings {
                me,
                ..Surroundings::clone(&surroundings)
            });
        }
    }
}
