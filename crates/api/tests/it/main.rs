//! The client against servers that misbehave, on loopback.
#![cfg(feature = "client")]

/// A transport that answers from a list, under a clock that tests move.
mod script;
/// A server that does exactly what a test orders, down to the bytes.
mod server;

/// What an answer means, and what is shown of it.
mod answers;
/// Connections that are refused, reset, silent or slow.
mod connections;
/// The endpoints beside what is known of the API.
mod description;
/// The endpoints that bots use, as they use them.
mod endpoints;
/// Endpoints of people and administrators.
mod endpoints_more;
/// Events as servers sent them.
mod event_kinds;
/// The event loop under a clock that tests move.
mod events;
/// The event loop against a server that stops, forgets and stumbles.
mod events_live;
/// When a request goes out again, and when it waits.
mod retries;
/// What no error may show.
mod secrets;
/// Certificates.
mod tls;
/// What goes over the wire.
mod wire;

use zulipkit_api::{Client, Credentials, Platform, Policy, Tls, UserAgent};

const KEY: &str = "vK7sEcReT1234567890abcdefghijklm";

fn credentials(site: &str, email: &str) -> Credentials {
    Credentials {
        site: site.parse().unwrap(),
        email: email.to_owned(),
        key: KEY.into(),
        tls: Tls::default(),
    }
}

fn agent() -> UserAgent {
    let platform = Platform {
        name: "Debian".to_owned(),
        version: "12".to_owned(),
    };
    UserAgent::new("ZulipTest", "0.1.0", &platform)
}

/// A client that tries once.
fn client(site: &str) -> Client {
    Client::new(credentials(site, "bot@example.com"), &agent())
        .unwrap()
        .with_policy(Policy::once())
}
