//! Who is in every simulated organization.

use serde::{Deserialize, Serialize};

use crate::{
    ids::{ChannelId, UserId},
    organization::Organization,
    users::{Kind, Role},
};

/// The accounts that there always are.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Accounts {
    pub(crate) owner: UserId,
    pub(crate) bot: UserId,
    pub(crate) incoming_bot: UserId,
}

impl Accounts {
    pub(crate) fn create(organization: &mut Organization) -> Self {
        let owner = organization.add_user(|user| {
            user.email = "owner@example.com".to_owned();
            user.full_name = "Olivia Owner".to_owned();
            user.role = Role::Owner;
        });
        let mut bot = |email: &str, name: &str, kind| {
            organization.add_user(|user| {
                user.email = email.to_owned();
                user.full_name = name.to_owned();
                user.kind = kind;
                user.owner = Some(owner);
            })
        };
        let generic = bot(
            "example-bot@zulip.example.com",
            "Example Bot",
            Kind::GenericBot,
        );
        let incoming_bot = bot(
            "incoming-bot@zulip.example.com",
            "Incoming Bot",
            Kind::IncomingWebhookBot,
        );
        Self {
            owner,
            bot: generic,
            incoming_bot,
        }
    }

    pub(crate) fn add_channel(&self, organization: &mut Organization, name: &str) -> ChannelId {
        let id = organization.add_channel(name, false, Some(self.owner));
        organization.join(self.owner, id);
        organization.join(self.bot, id);
        id
    }

    pub(crate) fn add_write_only_channel(
        &self,
        organization: &mut Organization,
        name: &str,
    ) -> ChannelId {
        let id = organization.add_channel(name, true, Some(self.owner));
        organization.join(self.owner, id);
        id
    }
}
