//! What a server is to be like before it starts.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use crate::{
    accounts::Accounts, clock::Clock, organization::Organization, settings::Settings, sim::Sim,
    state, streams::Channel,
};

/// Makes a [`Sim`]. Without further ado: a free port, the channel `general`, and a real server's default limits.
#[derive(Clone, Debug, Default)]
pub struct Builder {
    pub(crate) port: u16,
    pub(crate) settings: Settings,
    channels: Vec<String>,
    write_only_channels: Vec<String>,
    people: Vec<(String, String)>,
    state: Option<PathBuf>,
}

impl Builder {
    /// Sets the port on 127.0.0.1; 0, which is the default, takes a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets the organization's name.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        name.clone_into(&mut self.settings.name);
        self
    }

    /// Adds a public channel that owner and bot are in.
    #[must_use]
    pub fn channel(mut self, name: &str) -> Self {
        self.channels.push(name.to_owned());
        self
    }

    /// Adds a private channel that the bot may write to, since its owner is in it, but not read: reading answers an empty
    /// list, as a real server does.
    #[must_use]
    pub fn write_only_channel(mut self, name: &str) -> Self {
        self.write_only_channels.push(name.to_owned());
        self
    }

    /// Adds a member, who is in all public channels.
    #[must_use]
    pub fn person(mut self, full_name: &str, email: &str) -> Self {
        self.people.push((full_name.to_owned(), email.to_owned()));
        self
    }

    /// Sets after how many code points a topic is cut (60 by default).
    #[must_use]
    pub fn max_topic_length(mut self, code_points: usize) -> Self {
        self.settings.max_topic_length = code_points;
        self
    }

    /// Sets after how many code points a message is cut (10,000 by default).
    #[must_use]
    pub fn max_message_length(mut self, code_points: usize) -> Self {
        self.settings.max_message_length = code_points;
        self
    }

    /// Limits the requests a minute for each user (no limit by default; a real server has 200).
    #[must_use]
    pub fn rate_limit(mut self, requests_per_minute: u32) -> Self {
        self.settings.requests_per_minute = Some(requests_per_minute);
        self
    }

    /// Sets how long a poll for events waits before a heartbeat (49 seconds by default, as measured on a real server).
    #[must_use]
    pub fn heartbeat(mut self, after: Duration) -> Self {
        self.settings.heartbeat = after;
        self
    }

    /// Sets how long a bot's server may take for its answer to an outgoing webhook (10 seconds by default, as on a real
    /// server).
    #[must_use]
    pub fn webhook_timeout(mut self, limit: Duration) -> Self {
        self.settings.webhook_timeout = limit;
        self
    }

    /// Lets the server's time pass so many times as fast as the world's (1 by default): its waits become shorter.
    #[must_use]
    pub fn pace(mut self, times: f64) -> Self {
        self.settings.pace = times.max(f64::MIN_POSITIVE);
        self
    }

    /// Begins with the state that [`Sim::save`] wrote: accounts, keys, channels, messages and all else that is stored, but
    /// no event queues. Channels and people that are asked for besides are added where they are missing; limits are the
    /// builder's.
    #[must_use]
    pub fn load(mut self, path: impl AsRef<Path>) -> Self {
        self.state = Some(path.as_ref().to_owned());
        self
    }

    /// Starts the server.
    ///
    /// # Errors
    ///
    /// When the port is taken, no thread is to be had, or the state cannot be read.
    pub fn start(self) -> io::Result<Sim> {
        let loaded = self.state.as_deref().map(state::load).transpose()?;
        Sim::launch(self.port, |url| self.organization(url, loaded))
    }

    fn organization(
        &self,
        url: String,
        loaded: Option<(Organization, Accounts)>,
    ) -> (Organization, Accounts) {
        let (mut organization, accounts) = loaded.unwrap_or_else(|| {
            let mut organization = Organization::new(String::new(), self.settings.clone());
            let accounts = Accounts::create(&mut organization);
            (organization, accounts)
        });
        organization.url = url;
        organization.clock = Arc::new(Clock::new(self.settings.pace));
        organization.settings = self.settings.clone();
        let general = ["general".to_owned()];
        for name in general.iter().chain(&self.channels) {
            if organization.channel_by_name(name).is_none() {
                accounts.add_channel(&mut organization, name);
            }
        }
        for name in &self.write_only_channels {
            if organization.channel_by_name(name).is_none() {
                accounts.add_write_only_channel(&mut organization, name);
            }
        }
        let public = |channel: &&Channel| !channel.is_private && !channel.is_archived;
        let channels = organization.channels.values().filter(public);
        let channels: Vec<_> = channels.map(|channel| channel.id).collect();
        for (full_name, email) in &self.people {
            if organization.user_by_email(email).is_some() {
                continue;
            }
            let id = organization.add_user(|user| {
                user.full_name.clone_from(full_name);
                user.email.clone_from(email);
            });
            for channel in &channels {
                organization.join(id, *channel);
            }
        }
        (organization, accounts)
    }
}
