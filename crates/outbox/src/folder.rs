//! The state directory: made private, and refused where it could be somebody else's or where locks cannot be trusted.

use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::Path;

use fs_err::os::unix::fs::OpenOptionsExt as _;
use zulipkit_diag::{Diagnostic, Kind, Result};

/// The file system types (`f_type` of statfs(2)) on which WAL does not work, since its shared memory and its locks are
/// not shared between machines.
const NETWORK: [(u32, &str); 14] = [
    (0x0000_6969, "NFS"),
    (0x0000_517B, "SMB"),
    (0xFF53_4D42, "CIFS"),
    (0xFE53_4D42, "SMB2"),
    (0x0102_1997, "9P"),
    (0x5346_414F, "AFS"),
    (0x6B41_4653, "AFS"),
    (0x7375_7245, "Coda"),
    (0x0000_564C, "NCP"),
    (0x00C3_6400, "Ceph"),
    (0x0BD0_0BD0, "Lustre"),
    (0x0116_1970, "GFS2"),
    (0x7461_636F, "OCFS2"),
    (0x1983_0326, "FhGFS"),
];

/// Makes the folder, mode 0700, with its parents, unless it is there; then checks it.
pub fn prepare(dir: &Path) -> Result<()> {
    match fs_err::metadata(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => create(dir)?,
        _ => {}
    }
    check(dir)
}

/// Makes a file for SQLite that only its owner can read, unless it is there. The files beside it get the same mode.
///
/// One that is there is not opened: closing it would end the locks that this process has on it.
///
/// # Errors
/// It cannot be made.
pub fn private_file(path: &Path) -> io::Result<()> {
    let mut options = fs_err::OpenOptions::new();
    match options.create_new(true).write(true).mode(0o600).open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Checks that the folder is a folder, ours alone, and on a file system of this machine.
pub(crate) fn check(dir: &Path) -> Result<()> {
    let metadata = fs_err::metadata(dir).map_err(|error| cannot_use(dir).source(&error))?;
    if !metadata.is_dir() {
        return Err(cannot_use(dir)
            .cause("it is not a folder")
            .hint("move the file away, or set XDG_STATE_HOME to another place"));
    }
    refuse_foreign(dir, metadata.uid())?;
    if metadata.mode() & 0o077 != 0 {
        return Err(cannot_use(dir)
            .cause(format!(
                "others may enter it (mode {:o})",
                metadata.mode() & 0o777
            ))
            .hint(format!("run `chmod 700 '{}'`", dir.display())));
    }
    let kind = rustix::fs::statfs(dir)
        .map_err(|error| cannot_use(dir).source(&io::Error::from(error)))?
        .f_type;
    refuse_network(dir, kind as u32)
}

fn create(dir: &Path) -> Result<()> {
    let parent = dir.ancestors().skip(1).find_map(|ancestor| {
        let path = if ancestor.as_os_str().is_empty() {
            Path::new(".")
        } else {
            ancestor
        };
        fs_err::metadata(path).ok().map(|metadata| (path, metadata))
    });
    let (parent, metadata) =
        parent.ok_or_else(|| cannot_use(dir).cause("no folder above it exists"))?;
    // A folder that root made in somebody's home would lock that user out of an outbox of their own.
    if metadata.uid() != 0 {
        refuse_foreign(parent, metadata.uid())?;
    }
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .map_err(|error| {
            let hint = match error.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                    "make room on that disk"
                }
                _ => "set XDG_STATE_HOME to a folder in which you may write",
            };
            Diagnostic::new(
                Kind::Failed,
                format!("cannot create the outbox folder `{}`", dir.display()),
            )
            .source(&error)
            .hint(hint)
        })?;
    // The folder's own name must survive a power cut as surely as the rows in it.
    fs_err::File::open(parent)
        .and_then(|parent| parent.sync_all())
        .map_err(|error| cannot_use(dir).source(&error))
}

fn refuse_foreign(path: &Path, owner: u32) -> Result<()> {
    let own = rustix::process::geteuid().as_raw();
    if owner == own {
        return Ok(());
    }
    Err(Diagnostic::failed(format!("cannot use the outbox in `{}`", path.display()))
        .cause(format!("it belongs to user {owner}, and this is user {own}"))
        .hint("each user has an outbox of their own: run this as its owner, or set HOME and XDG_STATE_HOME to your own"))
}

fn refuse_network(dir: &Path, kind: u32) -> Result<()> {
    match NETWORK.iter().find(|(magic, _)| *magic == kind) {
        None => Ok(()),
        Some((_, name)) => Err(cannot_use(dir)
            .cause(format!(
                "it lies on a network file system ({name}), where its locks do not hold"
            ))
            .hint("set XDG_STATE_HOME to a folder on a disk of this machine")),
    }
}

fn cannot_use(dir: &Path) -> Diagnostic {
    Diagnostic::failed(format!("cannot use the outbox in `{}`", dir.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn makes_a_private_folder_with_its_parents() {
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path().join("state/zulipkit");
        prepare(&dir).unwrap();
        assert_eq!(fs_err::metadata(&dir).unwrap().mode() & 0o777, 0o700);
        prepare(&dir).unwrap();
    }

    #[test]
    fn refuses_a_folder_that_others_may_enter() {
        let temp = tempfile::tempdir().unwrap();
        fs_err::set_permissions(temp.path(), std::fs::Permissions::from_mode(0o750)).unwrap();
        let error = prepare(temp.path()).unwrap_err();
        assert_eq!(error.causes, ["others may enter it (mode 750)"]);
        assert!(error.hints[0].starts_with("run `chmod 700 "), "{error}");
    }

    #[test]
    fn refuses_network_file_systems_by_name() {
        let error = refuse_network(Path::new("/home/alice"), 0x6969).unwrap_err();
        assert_eq!(
            error.one_line(),
            "cannot use the outbox in `/home/alice`: it lies on a network file system (NFS), where its locks do not hold; \
             set XDG_STATE_HOME to a folder on a disk of this machine"
        );
        let ext4 = 0xEF53;
        assert!(refuse_network(Path::new("/"), ext4).is_ok());
    }

    #[test]
    fn a_file_in_place_of_the_folder_is_one_clear_line() {
        let temp = tempfile::tempdir().unwrap();
        let file = temp.path().join("file");
        fs_err::write(&file, "").unwrap();
        assert_eq!(prepare(&file).unwrap_err().causes, ["it is not a folder"]);
        let below = prepare(&file.join("zulipkit")).unwrap_err();
        assert!(below.one_line().contains("Not a directory"), "{below}");
    }
}
