use std::path::{Path, PathBuf};

use zulipkit_settings::ini::Ini;

/// An environment: the folder that `trac-admin ENV initenv` made.
#[derive(Debug)]
pub struct Environment {
    folder: PathBuf,
}

impl Environment {
    /// Opens the environment at a path, if there is one.
    pub fn at(path: &Path) -> Option<Self> {
        let folder = std::path::absolute(path).ok()?;
        let there = folder.join("VERSION").exists() || folder.join("conf/trac.ini").exists();
        there.then_some(Self { folder })
    }

    /// Returns its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns what people call it: the project's name, else that of the folder.
    pub fn name(&self) -> String {
        let folder = self.folder.file_name().unwrap_or_default();
        self.option("project", "name")
            .unwrap_or_else(|| folder.to_string_lossy().into_owned())
    }

    /// Returns an option of `trac.ini`, if it is set. A file that cannot be read sets none.
    pub(super) fn option(&self, section: &str, option: &str) -> Option<String> {
        let path = self.ini();
        let text = std::fs::read_to_string(&path).ok()?;
        let ini = Ini::parse(&path, &text).ok()?;
        let value = ini.get(section, option)?;
        (!value.is_empty()).then(|| value.to_owned())
    }

    /// Returns the file with Trac's settings.
    pub(super) fn ini(&self) -> PathBuf {
        self.folder.join("conf/trac.ini")
    }

    /// Returns what `trac.ini` says of a module's components: the most general of the lines that are about it.
    pub(super) fn component(&self, module: &str) -> Option<Component> {
        let names = [
            format!("{module}.*"),
            module.to_owned(),
            format!("{module}.zulipnotifications"),
        ];
        names.into_iter().find_map(|name| {
            let value = self.option("components", &name)?.to_lowercase();
            let enabled = matches!(value.as_str(), "enabled" | "on" | "true" | "yes" | "1");
            Some(Component { name, enabled })
        })
    }
}

/// A line of the section `[components]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Component {
    pub(super) name: String,
    pub(super) enabled: bool,
}
