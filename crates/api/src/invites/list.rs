//! `GET /invites`

use crate::users::Role;
use crate::{InviteId, UserId};

endpoint! {
    /// Returns the invitations that are open.
    pub struct GetInvites: GET "/invites" -> Invites {}
}

object! {
    /// Answers [`GetInvites`].
    pub struct Invites {
        required {
            /// The invitations.
            invites: Vec<Invite>,
        }
    }
}

object! {
    /// An invitation that is open.
    pub struct Invite {
        required {
            /// Its number. Links and e-mails are counted apart.
            id: InviteId,
        }
        default {
            /// Whether it is a link for many, not an e-mail to one.
            is_multiuse: bool,
        }
        optional {
            /// Who invites; since feature level 22.
            invited_by_user_id: UserId,
            /// When it was made, in seconds since 1970.
            invited: i64,
            /// When it ends, in seconds since 1970, if it does.
            expiry_date: i64,
            /// What who comes may do.
            invited_as: Role,
            /// To whom it was sent.
            email: String,
            /// The link.
            link_url: String,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn get_invites_on_the_wire() {
        assert_wire(&GetInvites::new(), "GET /invites", &[]);
    }
}
