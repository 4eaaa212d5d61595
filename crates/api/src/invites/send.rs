//! `POST /invites`, `POST /invites/multiuse`, `DELETE /invites/{invite_id}`, `DELETE /invites/multiuse/{invite_id}`, `POST /invites/{invite_id}/resend`

use super::Expiry;
use crate::users::Role;
use crate::{ChannelId, Empty, InviteId, UserGroupId};

endpoint! {
    /// Invites people by e-mail.
    ///
    /// Those who cannot be invited are named in the refusal `INVITATION_FAILED`.
    pub struct SendInvites: POST "/invites" -> SentInvites {
        required {
            /// The addresses, with commas or line breaks between them.
            invitee_emails: String,
            /// The channels to which they are subscribed.
            stream_ids: Vec<ChannelId>,
        }
        optional {
            /// When it ends; after ten days if not given. Since feature level 126.
            invite_expires_in_minutes: Expiry,
            /// What they may do; what members may if not given.
            invite_as: Role,
            /// Whether they are subscribed to the usual channels as well; no if not given. Since feature level 261.
            include_realm_default_subscriptions: bool,
            /// Whether one is told when they come; yes if not given. Since feature level 267.
            notify_referrer_on_join: bool,
            /// The groups to which they belong; since feature level 322.
            group_ids: Vec<UserGroupId>,
            /// Words of welcome of one's own; since feature level 416.
            welcome_message_custom_text: String,
        }
    }
}

endpoint! {
    /// Makes a link with which anyone may join.
    pub struct CreateInviteLink: POST "/invites/multiuse" -> InviteLink {
        optional {
            /// When it ends; after ten days if not given. Since feature level 126.
            invite_expires_in_minutes: Expiry,
            /// What they may do; what members may if not given.
            invite_as: Role,
            /// The channels to which they are subscribed; none if not given.
            stream_ids: Vec<ChannelId>,
            /// Whether they are subscribed to the usual channels as well; no if not given. Since feature level 261.
            include_realm_default_subscriptions: bool,
            /// The groups to which they belong; since feature level 322.
            group_ids: Vec<UserGroupId>,
            /// Words of welcome of one's own; since feature level 416.
            welcome_message_custom_text: String,
        }
    }
}

endpoint! {
    /// Takes back an invitation by e-mail.
    pub struct RevokeInvite: DELETE "/invites/{invite_id}" -> Empty {
        required {
            /// The invitation.
            invite_id: InviteId,
        }
    }
}

endpoint! {
    /// Makes a link void.
    pub struct RevokeInviteLink: DELETE "/invites/multiuse/{invite_id}" -> Empty {
        required {
            /// The link.
            invite_id: InviteId,
        }
    }
}

endpoint! {
    /// Sends an invitation by e-mail again.
    pub struct ResendInvite: POST "/invites/{invite_id}/resend" -> Empty {
        required {
            /// The invitation.
            invite_id: InviteId,
        }
    }
}

object! {
    /// Answers [`SendInvites`].
    pub struct SentInvites {
    }
}

object! {
    /// Answers [`CreateInviteLink`].
    pub struct InviteLink {
        required {
            /// The link.
            invite_link: String,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn send_invites_on_the_wire() {
        let mut endpoint = SendInvites::new("a@b.c, d@e.f", [ChannelId(7)]);
        endpoint.invite_expires_in_minutes = Some(Expiry::Never);
        endpoint.invite_as = Some(Role::Guest);
        endpoint.include_realm_default_subscriptions = Some(true);
        assert_wire(
            &endpoint,
            "POST /invites",
            &[
                ("include_realm_default_subscriptions", "true"),
                ("invite_as", "600"),
                ("invite_expires_in_minutes", "null"),
                ("invitee_emails", "a@b.c, d@e.f"),
                ("stream_ids", "[7]"),
            ],
        );
    }

    #[test]
    fn create_invite_link_on_the_wire() {
        let mut endpoint = CreateInviteLink::new();
        endpoint.invite_expires_in_minutes = Some(Expiry::Minutes(60));
        endpoint.invite_as = Some(Role::Guest);
        endpoint.stream_ids = Some(vec![ChannelId(7)]);
        assert_wire(
            &endpoint,
            "POST /invites/multiuse",
            &[
                ("invite_as", "600"),
                ("invite_expires_in_minutes", "60"),
                ("stream_ids", "[7]"),
            ],
        );
    }

    #[test]
    fn revoke_invite_on_the_wire() {
        assert_wire(&RevokeInvite::new(InviteId(7)), "DELETE /invites/7", &[]);
    }

    #[test]
    fn revoke_invite_link_on_the_wire() {
        assert_wire(
            &RevokeInviteLink::new(InviteId(7)),
            "DELETE /invites/multiuse/7",
            &[],
        );
    }

    #[test]
    fn resend_invite_on_the_wire() {
        assert_wire(
            &ResendInvite::new(InviteId(7)),
            "POST /invites/7/resend",
            &[],
        );
    }
}
