#![doc = include_str!("../README.md")]

mod accept;
mod account;
mod attempt;
mod clock;
mod compose;
mod courier;
mod deliver;
pub mod detach;
mod folder;
mod limits;
mod look;
mod open;
mod operate;
mod probe;
mod record;
mod row;
mod shift;
mod standing;
mod state;
mod store;
mod upkeep;
mod verdict;
pub mod wake;

pub use account::Accounts;
pub use clock::{Clock, SystemClock};
pub use courier::{Courier, Http};
pub use deliver::{Deliverer, End, Patience};
pub use folder::{prepare as prepare_folder, private_file};
pub use limits::Limits;
pub use look::{ReadBack, read_back};
pub use open::Outbox;
pub use probe::Point;
pub use row::{
    Account, After, Blob, Cursor, Destination, Earlier, Fill, MAX_AGE, NewRow, OnUnclear, RowId,
    Unclear,
};
pub use standing::{Filter, Listed, Notice, Shown, ShownFile, Standing, Status};
pub use state::Rules;
