//! Users and bots.

mod alert_words;
mod get;
mod get_by_email;
mod get_me;
mod list;
mod manage;
mod mute;
mod presence;
mod profile;
mod status;
mod typing;
mod user;

pub use alert_words::{AddAlertWords, AlertWords, GetAlertWords, RemoveAlertWords};
pub use get::{GetUser, OneUser};
pub use get_by_email::GetUserByEmail;
pub use get_me::{GetOwnUser, OwnUser};
pub use list::{GetUsers, Users};
pub use manage::{
    CreateUser, DeactivateOwnUser, DeactivateUser, ReactivateUser, UpdateUser, UpdateUserByEmail,
    UserNumber,
};
pub use mute::{MuteUser, UnmuteUser};
pub use presence::{
    ClientPresence, GetAllPresence, GetPresence, PresenceOfUser, PresenceStatus, Presences,
    UpdatePresence,
};
pub use profile::{Avatar, ClearProfile, DeleteAvatar, ProfileValue, SetAvatar, UpdateProfile};
pub use status::{GetStatus, SetStatus, SetStatusOfUser, Status, StatusOfUser};
pub use typing::{SetEditTyping, SetTyping, TypingOp};
pub use user::{BotType, Role, User};
