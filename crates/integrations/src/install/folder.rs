//! Puts files into folders that belong to others, without being led astray.
//!
//! `install` is often run by root in a repository that some user may write. Between looking at a path and using it, that
//! user could put a symbolic link in its place. So a folder is opened component by component, no link of a stranger is
//! followed, and everything is created relative to the open folder, under a name that must not be there yet.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{AtFlags, Gid, Mode, OFlags, Uid};
use rustix::io::Errno;

/// More links than this on one path are a circle.
const MOST_LINKS: usize = 40;

/// User and group that a new file is given, where root makes it for somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) user: u32,
    pub(crate) group: u32,
}

/// A folder that was opened without following a stranger's link.
#[derive(Debug)]
pub(crate) struct Folder {
    descriptor: OwnedFd,
    pub(crate) path: PathBuf,
}

impl Folder {
    /// Opens a folder by its absolute path.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let mut left = components(path);
        let mut here = Self::root()?;
        let mut links = 0;
        while let Some(name) = left.pop() {
            match here.open_child(&name) {
                Ok(child) => here = child,
                Err(Errno::LOOP | Errno::NOTDIR) => {
                    links += 1;
                    if links > MOST_LINKS {
                        return Err(Errno::LOOP.into());
                    }
                    let target = here.trusted_link(&name)?;
                    if target.is_absolute() {
                        here = Self::root()?;
                    }
                    left.extend(components(&target));
                }
                Err(error) => return Err(error.into()),
            }
        }
        here.path = path.to_owned();
        Ok(here)
    }

    fn root() -> io::Result<Self> {
        let path = PathBuf::from("/");
        let descriptor = rustix::fs::open(&path, folder_flags(), Mode::empty())?;
        Ok(Self { descriptor, path })
    }

    fn open_child(&self, name: &OsString) -> Result<Self, Errno> {
        let flags = folder_flags() | OFlags::NOFOLLOW;
        let descriptor = rustix::fs::openat(&self.descriptor, name, flags, Mode::empty())?;
        Ok(Self {
            descriptor,
            path: self.path.join(name),
        })
    }

    /// Returns where a link points that belongs to root or to the user who runs this.
    fn trusted_link(&self, name: &OsString) -> io::Result<PathBuf> {
        let path = self.path.join(name);
        let status = rustix::fs::statat(&self.descriptor, name, AtFlags::SYMLINK_NOFOLLOW)?;
        if rustix::fs::FileType::from_raw_mode(status.st_mode) != rustix::fs::FileType::Symlink {
            return Err(Errno::NOTDIR.into());
        }
        if status.st_uid != 0 && status.st_uid != rustix::process::geteuid().as_raw() {
            return Err(io::Error::other(format!(
                "`{}` is a link that belongs to user {}, so it is not followed",
                path.display(),
                status.st_uid
            )));
        }
        let target = rustix::fs::readlinkat(&self.descriptor, name, Vec::new())?;
        Ok(OsString::from_vec(target.into_bytes()).into())
    }

    /// Returns to whom a new file is given that shall belong to the folder's owner. Only root can do that.
    pub(crate) fn owner_for_root(&self) -> io::Result<Option<Owner>> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        let status = rustix::fs::fstat(&self.descriptor)?;
        Ok(Some(Owner {
            user: status.st_uid,
            group: status.st_gid,
        }))
    }

    /// Makes a file that is not there yet, and gives it to its owner before anything is written.
    pub(crate) fn create_file(
        &self,
        name: &str,
        text: &str,
        mode: u32,
        owner: Option<Owner>,
    ) -> io::Result<()> {
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let private = Mode::RUSR | Mode::WUSR;
        let descriptor = rustix::fs::openat(&self.descriptor, name, flags, private)?;
        let write = || {
            give(&descriptor, owner)?;
            rustix::fs::fchmod(&descriptor, Mode::from_raw_mode(mode))?;
            let mut file = File::from(descriptor.try_clone()?);
            file.write_all(text.as_bytes())?;
            file.sync_all()
        };
        write().inspect_err(|_| {
            // Half a settings file would only be in the way of the next try.
            let _ = rustix::fs::unlinkat(&self.descriptor, name, AtFlags::empty());
        })
    }

    /// Puts a text into the place of a file, whose owner and mode stay as they are.
    ///
    /// The old file is there until the new one is whole.
    pub(crate) fn replace_file(&self, name: &str, text: &str) -> io::Result<()> {
        let old = rustix::fs::statat(&self.descriptor, name, AtFlags::SYMLINK_NOFOLLOW)?;
        if rustix::fs::FileType::from_raw_mode(old.st_mode) != rustix::fs::FileType::RegularFile {
            return Err(io::Error::other("it is no ordinary file"));
        }
        let owner = Owner {
            user: old.st_uid,
            group: old.st_gid,
        };
        let temporary = format!("{name}.new");
        self.create_file(&temporary, text, old.st_mode & 0o7777, Some(owner))?;
        Ok(rustix::fs::renameat(
            &self.descriptor,
            &temporary,
            &self.descriptor,
            name,
        )?)
    }

    /// Makes a symbolic link that is not there yet.
    pub(crate) fn create_link(&self, name: &str, target: &Path) -> io::Result<()> {
        Ok(rustix::fs::symlinkat(target, &self.descriptor, name)?)
    }

    /// Makes a link under another name and moves it over the old one, so that there is always one.
    pub(crate) fn replace_link(&self, name: &str, target: &Path) -> io::Result<()> {
        let temporary = format!("{name}.new");
        rustix::fs::symlinkat(target, &self.descriptor, &temporary)?;
        Ok(rustix::fs::renameat(
            &self.descriptor,
            &temporary,
            &self.descriptor,
            name,
        )?)
    }

    /// Opens a folder in this one, or makes it.
    pub(crate) fn create_folder(&self, name: &str, owner: Option<Owner>) -> io::Result<Self> {
        let mode = Mode::from_raw_mode(0o755);
        let made = match rustix::fs::mkdirat(&self.descriptor, name, mode) {
            Ok(()) => true,
            Err(Errno::EXIST) => false,
            Err(error) => return Err(error.into()),
        };
        let folder = self.open_child(&name.into())?;
        if made {
            give(&folder.descriptor, owner)?;
        }
        Ok(folder)
    }
}

fn give(descriptor: &OwnedFd, owner: Option<Owner>) -> io::Result<()> {
    if let Some(Owner { user, group }) = owner {
        let (user, group) = (Uid::from_raw(user), Gid::from_raw(group));
        rustix::fs::fchown(descriptor, Some(user), Some(group))?;
    }
    Ok(())
}

fn folder_flags() -> OFlags {
    OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC
}

/// Returns the components of a path, the first of them last.
fn components(path: &Path) -> Vec<OsString> {
    let names = path.components().filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        _ => None,
    });
    let mut names: Vec<OsString> = names.collect();
    names.reverse();
    names
}
