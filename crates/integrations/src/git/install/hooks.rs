//! Where a repository's hooks lie, and what is there already.

use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::super::repository::{Error, Repository};

/// The name of the hook, by which the binary knows what it is called for.
pub(super) const HOOK: &str = "post-receive";

/// The folder for further hooks, which Gitea, Forgejo, GitLab and many people's own scripts run.
pub(super) const FURTHER: &str = "post-receive.d";

/// How much of a hook is read to see what it calls.
const MOST_BYTES: usize = 1 << 20;

/// What stands where the hook belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Hook {
    /// Nothing.
    Absent,
    /// A link to this program, or a script that calls it.
    Ours,
    /// A link to a `zulipkit` that is not there any more.
    Dangling(PathBuf),
    /// It may not be run.
    NotExecutable,
    /// A hook of somebody else's that runs all in [`FURTHER`].
    Dispatcher,
    /// A hook of somebody else's.
    Foreign,
}

impl Hook {
    /// Looks at a path.
    pub(super) fn at(path: &Path) -> io::Result<Self> {
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
        } else if text.starts_with("#!") && runs_further_hooks(&text) {
            Self::Dispatcher
        } else {
            Self::Foreign
        })
    }
}

/// Says whether a script names the folder [`FURTHER`], in full or by its own name.
fn runs_further_hooks(text: &str) -> bool {
    text.contains(FURTHER) || (text.contains("$0") && text.contains(".d/"))
}

fn beginning(path: &Path) -> io::Result<String> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    let mut file = std::fs::File::open(path)?.take(MOST_BYTES as u64);
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

impl Repository {
    /// Returns the folder of the hooks, with regard to `core.hooksPath`.
    ///
    /// # Errors
    /// If Git cannot be asked.
    pub fn hooks_folder(&self) -> Result<PathBuf, Error> {
        let mut git = self.git("rev-parse");
        git.process.args(["--git-path", "hooks"]);
        git.process.current_dir(self.git_dir());
        let output = git.output_for(b"")?;
        let text = String::from_utf8_lossy(&output);
        // A relative path counts from where hooks run, and that is the Git folder.
        Ok(self.git_dir().join(text.trim_end_matches('\n')))
    }
}
