//! A server's state in a file: all that is stored, but neither event queues nor limits, which end with a server.
//!
//! It is one JSON object of `format`, `version`, `accounts` and `organization`. A server reads its own version only.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufReader, BufWriter, Write as _},
    path::Path,
};

use serde::{Deserialize, Serialize};

use crate::{accounts::Accounts, organization::Organization};

const FORMAT: &str = "zulipkit-sim";

/// Rises whenever something that was stored before is stored otherwise.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Saved<'a> {
    format: &'a str,
    version: u32,
    accounts: Accounts,
    organization: &'a Organization,
}

#[derive(Deserialize)]
struct Loaded {
    accounts: Accounts,
    organization: Organization,
}

/// What is looked at first: a file of another version may not be readable as this one's.
#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
}

/// Writes the state, for its user only, since it holds keys. A file that is there is replaced as a whole.
pub(crate) fn save(organization: &Organization, accounts: Accounts, path: &Path) -> io::Result<()> {
    let saved = Saved {
        format: FORMAT,
        version: VERSION,
        accounts,
        organization,
    };
    let new = path.with_added_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = BufWriter::new(options.open(&new)?);
    serde_json::to_writer(&mut file, &saved)?;
    file.flush()?;
    drop(file);
    fs::rename(&new, path)
}

pub(crate) fn load(path: &Path) -> io::Result<(Organization, Accounts)> {
    let open = || File::open(path).map(BufReader::new);
    let wrong = |words: String| io::Error::new(io::ErrorKind::InvalidData, words);
    let head: Head = serde_json::from_reader(open()?)?;
    if head.format != FORMAT {
        return Err(wrong(
            "this is no saved state of a simulated server".to_owned(),
        ));
    }
    if head.version != VERSION {
        let version = head.version;
        return Err(wrong(format!(
            "the state was saved in version {version} of its format, and only version {VERSION} can be read"
        )));
    }
    let loaded: Loaded = serde_json::from_reader(open()?)?;
    Ok((loaded.organization, loaded.accounts))
}
