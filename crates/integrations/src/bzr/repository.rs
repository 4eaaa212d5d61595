use std::path::{Path, PathBuf};

use zulipkit_settings::Environment;

use super::INTEGRATION;

/// A branch, or a shared repository that holds some: a folder with `.bzr`.
#[derive(Debug, Clone)]
pub struct Repository {
    root: PathBuf,
    /// The shared repository above the branch.
    shared: Option<PathBuf>,
    environment: Environment,
}

impl Repository {
    /// Opens what is in a folder; none if that holds neither a branch nor a repository.
    pub fn at(folder: &Path, environment: &Environment) -> Option<Self> {
        let folder = folder.canonicalize().ok()?;
        let root = match folder.file_name() {
            Some(name) if name == ".bzr" => folder.parent()?.to_owned(),
            _ => folder,
        };
        let control = root.join(".bzr");
        let has = |name: &str| control.join(name).is_dir();
        (has("branch") || has("branches") || has("repository")).then(|| Self {
            shared: (!has("repository")).then(|| shared(&root)).flatten(),
            root,
            environment: environment.clone(),
        })
    }

    /// Returns the folder that holds `.bzr`.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the folder `.bzr`.
    pub fn folder(&self) -> PathBuf {
        self.root.join(".bzr")
    }

    /// Says whether this is a lightweight checkout, whose branch is somewhere else.
    pub(super) fn is_checkout(&self) -> bool {
        self.folder().join("branch/location").exists()
    }

    /// Returns where its settings may lie: beside the branch, or beside its shared repository.
    pub(super) fn settings_files(&self) -> Vec<PathBuf> {
        let folders = [
            Some(self.folder()),
            self.shared.as_ref().map(|shared| shared.join(".bzr")),
        ];
        let folders = folders.into_iter().flatten();
        folders
            .map(|folder| INTEGRATION.settings_beside(&folder))
            .collect()
    }

    /// Returns what people call the repository: the name of the shared one's folder, else that of the branch.
    pub fn name(&self) -> String {
        last(self.shared.as_ref().unwrap_or(&self.root))
    }

    /// Returns what people call the branch: its path below the shared repository, or the name of its folder.
    pub fn branch(&self) -> String {
        let below = self
            .shared
            .as_ref()
            .and_then(|shared| self.root.strip_prefix(shared).ok());
        below.map_or_else(
            || last(&self.root),
            |path| path.to_string_lossy().into_owned(),
        )
    }

    /// Says whether the branch lies in a shared repository, so that its path names it.
    pub(super) fn is_shared(&self) -> bool {
        self.shared.is_some()
    }

    /// Returns the environment that it was opened with.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }
}

/// Returns the nearest folder above that holds a repository, if that is a shared one.
fn shared(root: &Path) -> Option<PathBuf> {
    let mut above = root.ancestors().skip(1);
    let found = above.find(|folder| folder.join(".bzr/repository").is_dir())?;
    found
        .join(".bzr/repository/shared-storage")
        .exists()
        .then(|| found.to_owned())
}

fn last(path: &Path) -> String {
    let name = path.file_name().unwrap_or("repository".as_ref());
    name.to_string_lossy().into_owned()
}
