//! Users and bots.

mod get;
mod get_by_email;
mod get_me;
mod list;
mod user;

pub use get::{GetUser, OneUser};
pub use get_by_email::GetUserByEmail;
pub use get_me::{GetOwnUser, OwnUser};
pub use list::{GetUsers, Users};
pub use user::{BotType, Role, User};
