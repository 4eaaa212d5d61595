//! What stands already where a hook belongs.

use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// How much of a hook is read to see what it calls.
const MOST_BYTES: usize = 1 << 20;

/// What stands where the hook belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing.
    Absent,
    /// A link to this program, or a script that calls it.
    Ours,
    /// A link to a `zulipkit` that is not there any more.
    Dangling(PathBuf),
    /// It may not be run.
    NotExecutable,
    /// A hook of somebody else's that runs all in the folder for further hooks.
    Dispatcher,
    /// A hook of somebody else's.
    Foreign,
}

impl Found {
    /// Looks at a path. `further` is the name of the folder for further hooks, such as `post-receive.d`.
    pub(super) fn at(path: &Path, further: &str) -> io::Result<Self> {
        let link = match path.symlink_metadata() {
            Ok(metadata) => metadata.is_symlink(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::Absent),
            Err(error) => return Err(error),
        };
        let target = if link {
            path.read_link()?
        } else {
            PathBuf::new()
        };
        let ours = target
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("zulipkit"));
        let Ok(metadata) = path.metadata() else {
            return Ok(match ours {
                true => Self::Dangling(target),
                false => Self::Foreign,
            });
        };
        if metadata.permissions().mode() & 0o111 == 0 {
            return Ok(Self::NotExecutable);
        }
        if ours {
            return Ok(Self::Ours);
        }
        let text = beginning(path)?;
        Ok(if text.starts_with("#!") && text.contains("zulipkit") {
            Self::Ours
        } else if text.starts_with("#!") && runs_further_hooks(&text, further) {
            Self::Dispatcher
        } else {
            Self::Foreign
        })
    }
}

/// Says whether a script names the folder for further hooks, in full or by its own name.
fn runs_further_hooks(text: &str, further: &str) -> bool {
    text.contains(further) || (text.contains("$0") && text.contains(".d/"))
}

fn beginning(path: &Path) -> io::Result<String> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    let mut file = std::fs::File::open(path)?.take(MOST_BYTES as u64);
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
