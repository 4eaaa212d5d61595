//! `GET /bots`

use crate::Secret;

endpoint! {
    /// Returns the bots that one owns.
    pub struct GetBots: GET "/bots" -> Bots {}
}

object! {
    /// Answers [`GetBots`].
    pub struct Bots {
        required {
            /// The bots.
            bots: Vec<OwnedBot>,
        }
    }
}

object! {
    /// A bot as its owner sees it.
    pub struct OwnedBot {
        required {
            /// Its API e-mail address.
            username: String,
            /// Its name.
            full_name: String,
        }
        optional {
            /// Its API key.
            api_key: Secret,
            /// Its picture.
            avatar_url: String,
            /// The name of the channel that it writes to where none is given.
            default_sending_stream: String,
            /// The name of the channel whose events it gets where none is given.
            default_events_register_stream: String,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn get_bots_on_the_wire() {
        assert_wire(&GetBots::new(), "GET /bots", &[]);
    }
}
