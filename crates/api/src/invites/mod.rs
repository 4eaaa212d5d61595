//! Invitations to the organization.

mod expiry;
mod list;
mod send;

pub use expiry::Expiry;
pub use list::{GetInvites, Invite, Invites};
pub use send::{
    CreateInviteLink, InviteLink, ResendInvite, RevokeInvite, RevokeInviteLink, SendInvites,
    SentInvites,
};
