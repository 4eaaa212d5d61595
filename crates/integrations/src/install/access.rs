//! Whether the users who push may read what the hook needs.

use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A Unix user, as the system's databases know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct User {
    pub(super) name: String,
    pub(super) id: u32,
    /// The group that the user's new files belong to.
    pub(super) group: u32,
    pub(super) groups: Vec<u32>,
    pub(super) home: PathBuf,
}

impl User {
    /// Asks the system by name or by number; `getent` and `id` also know the users of a directory service.
    pub(super) fn find(name: &str) -> io::Result<Self> {
        let unknown = || io::Error::other(format!("there is no user `{name}`"));
        let entry = run("getent", &["passwd", "--", name])?;
        let fields: Vec<&str> = entry.trim().split(':').collect();
        let [name, _, id, group, _, home, ..] = fields.as_slice() else {
            return Err(unknown());
        };
        let groups = run("id", &["-G", "--", name])?;
        Ok(Self {
            name: (*name).to_owned(),
            id: id.parse().map_err(|_| unknown())?,
            group: group.parse().map_err(|_| unknown())?,
            groups: groups
                .split_whitespace()
                .filter_map(|group| group.parse().ok())
                .collect(),
            home: home.into(),
        })
    }

    /// Returns the first thing that keeps the user from reading a file: the file itself, or a folder on the way to it.
    ///
    /// Mode bits alone are looked at; an access control list may allow more.
    pub(super) fn cannot_read(&self, path: &Path) -> Option<PathBuf> {
        const READ: u32 = 4;
        const ENTER: u32 = 1;
        let folders = path.ancestors().skip(1).collect::<Vec<_>>();
        folders
            .into_iter()
            .rev()
            .map(|folder| (folder, ENTER))
            .chain([(path, READ)])
            .find(|(path, need)| !self.may(path, *need))
            .map(|(path, _)| path.to_owned())
    }

    /// Says whether the mode bits allow something: 4 to read, 2 to write, 1 to run or enter.
    pub(super) fn may(&self, path: &Path, need: u32) -> bool {
        let Ok(metadata) = path.metadata() else {
            return false;
        };
        let shift = if metadata.uid() == self.id {
            6
        } else if self.groups.contains(&metadata.gid()) {
            3
        } else {
            0
        };
        self.id == 0 || (metadata.mode() >> shift) & need == need
    }
}

fn run(program: &str, arguments: &[&str]) -> io::Result<String> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn mode_bits_decide_folder_by_folder() {
        let folder = tempfile::tempdir().unwrap();
        let mode = |path: &Path, mode| {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        let file = folder.path().join("key");
        std::fs::write(&file, "x").unwrap();
        mode(folder.path(), 0o755);
        mode(&file, 0o640);
        let group = file.metadata().unwrap().gid();
        let user = |id, groups: &[u32]| User {
            name: "ada".to_owned(),
            id,
            group: id,
            groups: groups.to_vec(),
            home: "/".into(),
        };
        let stranger = user(54321, &[54321]);
        assert_eq!(stranger.cannot_read(&file), Some(file.clone()));
        assert_eq!(user(54321, &[group]).cannot_read(&file), None);
        mode(folder.path(), 0o700);
        assert_eq!(stranger.cannot_read(&file), Some(folder.path().to_owned()));
    }

    #[test]
    fn the_system_knows_its_users() {
        let root = User::find("root").unwrap();
        assert_eq!((root.id, root.groups.first()), (0, Some(&0)));
        assert!(User::find("no-such-user-here").is_err());
        assert!(User::find("--help").is_err());
    }
}
