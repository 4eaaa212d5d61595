//! The organization that the recorded scenarios assume.

use std::io;

use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::{
    accounts::Accounts,
    builder::Builder,
    ids::{ChannelId, UserId},
    organization::Organization,
    sim::Sim,
    users::{Kind, Role, Service, new_key},
};

/// Where the tool that replays the scenarios listens as a bot server, unless it is told otherwise.
const LISTENER_PORT: u16 = 5002;
const PASSWORD: &str = "correct-horse";

impl Sim {
    /// Starts a server with the accounts that the recorded scenarios assume, and returns with it the accounts file that
    /// the tool which replays them reads.
    ///
    /// # Errors
    ///
    /// When no port or thread is to be had.
    pub fn conformance() -> io::Result<(Self, Value)> {
        Self::builder().start_conformance(LISTENER_PORT)
    }
}

impl Builder {
    /// Starts a server with the accounts that the recorded scenarios assume, as [`Sim::conformance`] does, but at the
    /// builder's port and with its limits. The tool that replays them listens at `listener_port` of this machine as a bot
    /// server. Channels, people and state of the builder are left aside.
    ///
    /// # Errors
    ///
    /// When the port is taken, or no thread is to be had.
    pub fn start_conformance(self, listener_port: u16) -> io::Result<(Sim, Value)> {
        let mut file = Value::Null;
        let sim = Sim::launch(self.port, |url| {
            let mut organization = Organization::new(url, self.settings);
            let accounts = Accounts::create(&mut organization);
            let cast = Cast::create(&mut organization, accounts, listener_port);
            file = cast.file(&organization, listener_port);
            (organization, accounts)
        })?;
        Ok((sim, file))
    }
}

/// All who take part, by their names in the accounts file.
struct Cast {
    people: Vec<(&'static str, UserId)>,
    general: ChannelId,
    private: ChannelId,
}

impl Cast {
    fn create(organization: &mut Organization, accounts: Accounts, listener_port: u16) -> Self {
        let mut person = |name: &str, email: &str, role| {
            organization.add_user(|user| {
                user.full_name = name.to_owned();
                user.email = email.to_owned();
                user.role = role;
                user.password = Some(PASSWORD.into());
            })
        };
        let member = person("Mia Member", "member@example.com", Role::Member);
        let other = person("Oscar Other", "other@example.com", Role::Member);
        let guest = person("Gail Guest", "guest@example.com", Role::Guest);
        let gone = person("Gus Gone", "gone@example.com", Role::Member);
        if let Some(gone) = organization.users.get_mut(&gone) {
            gone.is_active = false;
        }
        let mut outgoing = |name: &str, email: &str, path: &str, interface| {
            organization.add_user(|user| {
                user.full_name = name.to_owned();
                user.email = email.to_owned();
                user.kind = Kind::OutgoingWebhookBot;
                user.owner = Some(accounts.owner);
                let url = format!("http://127.0.0.1:{listener_port}/{path}");
                user.service = Some(Service {
                    url,
                    interface,
                    token: new_key(),
                });
            })
        };
        let outgoing_bot = outgoing("Hook Bot", "hook-bot@zulip.example.com", "hook", 1);
        let slack_bot = outgoing("Slack Bot", "slack-bot@zulip.example.com", "slack", 2);
        let general = accounts.add_channel(organization, "conf-general");
        for user in [
            member,
            other,
            accounts.incoming_bot,
            outgoing_bot,
            slack_bot,
        ] {
            organization.join(user, general);
        }
        if let Some(channel) = organization.channels.get_mut(&general) {
            "Public channel of the conformance scenarios".clone_into(&mut channel.description);
        }
        let private = accounts.add_write_only_channel(organization, "conf-private");
        let people = vec![
            ("owner", accounts.owner),
            ("member", member),
            ("other", other),
            ("guest", guest),
            ("gone", gone),
            ("bot", accounts.bot),
            ("incoming_bot", accounts.incoming_bot),
            ("outgoing_bot", outgoing_bot),
            ("slack_bot", slack_bot),
        ];
        Self {
            people,
            general,
            private,
        }
    }

    fn file(&self, organization: &Organization, listener_port: u16) -> Value {
        let mut file = json!({
            "realm_name": organization.settings.name,
            "realm_url": organization.url,
            "listener_port": listener_port,
            "channels": {
                "general": {"name": "conf-general", "stream_id": self.general},
                "private": {"name": "conf-private", "stream_id": self.private},
            },
        });
        for (name, id) in &self.people {
            let Some(user) = organization.users.get(id) else {
                continue;
            };
            file[name] = json!({
                "email": user.email,
                "api_key": user.api_key.expose_secret(),
                "user_id": user.id,
                "full_name": user.full_name,
            });
            if user.password.is_some() {
                file[name]["password"] = PASSWORD.into();
            }
            if let Some(service) = &user.service {
                file[name]["token"] = service.token.expose_secret().into();
            }
        }
        file
    }
}
