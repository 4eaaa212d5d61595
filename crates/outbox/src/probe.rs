//! The points at which a crash is most interesting. Tests end the process there; see the essay in `state.rs`.

/// A named point between two steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Point {
    /// Rows are written, their transaction is not committed.
    Accepting,
    /// Rows are committed, the caller does not know yet.
    Accepted,
    /// The deliverer holds the lock and listens for wake-ups, and has not looked yet.
    Locked,
    /// A row is marked as being sent, nothing was sent.
    Marked,
    /// An answer to a sending came, nothing of it is written down.
    Answered,
    /// The outcome of a sending is written down.
    Settled,
    /// A file was uploaded, its address is not written down.
    Uploaded,
    /// The server was asked whether a row arrived, its answer is not written down.
    Looked,
    /// The lock is given back, the last look is still to come.
    Unlocked,
}

impl Point {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Accepting,
        Self::Accepted,
        Self::Locked,
        Self::Marked,
        Self::Answered,
        Self::Settled,
        Self::Uploaded,
        Self::Looked,
        Self::Unlocked,
    ];
}
