//! The outbox: whatever leaves for Zulip is first a row in a file, and then delivered, held for a person, or a dead letter,
//! but never lost.

mod accept;
mod clock;
pub mod detach;
mod folder;
mod open;
mod probe;
mod row;
pub mod wake;

pub use clock::{Clock, Moment, SystemClock};
pub use open::Outbox;
pub use probe::Point;
pub use row::{
    Account, After, Blob, Cursor, Destination, Earlier, Fill, MAX_AGE, NewRow, OnUnclear, RowId,
};
