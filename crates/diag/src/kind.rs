/// What kind of end a command came to. Scripts read it as the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// It was tried and did not work.
    Failed,
    /// The command line was wrong.
    Usage,
    /// A settings file, the environment or a key file was wrong.
    Settings,
    /// The server refused it for good: trying again changes nothing.
    Refused,
    /// It may work later; the same command may be repeated.
    TryLater,
}

impl Kind {
    /// Returns the exit code: 1, 2, 3, 4 or 75 (`EX_TEMPFAIL` of `sysexits.h`).
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Settings => 3,
            Self::Refused => 4,
            Self::TryLater => 75,
        }
    }
}
