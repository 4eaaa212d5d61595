//! Clients of the simulated server.

use zulipkit_api::{Client, Credentials, Platform, Tls, UserAgent};
use zulipkit_sim::Sim;

/// Returns a client of the account with this address.
pub(crate) fn client(sim: &Sim, email: &str) -> Client {
    let account = sim.account(email).unwrap();
    let credentials = Credentials {
        site: sim.url().parse().unwrap(),
        email: account.email,
        key: account.key,
        tls: Tls::default(),
    };
    let agent = UserAgent::new("Test", "1", &Platform::parse_os_release(""));
    Client::new(credentials, &agent).unwrap()
}
