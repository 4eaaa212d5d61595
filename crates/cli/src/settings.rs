//! Finding and reading settings files.

use std::path::Path;

use zulipkit_diag::{Diagnostic, Result};
use zulipkit_integrations::git;
use zulipkit_settings::{Environment, Loaded, dirs, read};

/// Reads the settings of a Git repository: the file asked for, or the first of the usual places.
pub(crate) fn git_settings(
    environment: &Environment,
    asked: Option<&Path>,
    beside: Option<&Path>,
) -> Result<Loaded<git::Settings>> {
    let path = dirs::settings_file(environment, git::NAME, asked, beside);
    let Some(path) = path else {
        let places = dirs::settings_places(environment, git::NAME, beside);
        let places: Vec<String> = places
            .iter()
            .map(|path| format!("`{}`", path.display()))
            .collect();
        return Err(
            Diagnostic::settings("cannot find the settings of the Git integration")
                .cause(format!("there is none of {}", places.join(", ")))
                .hint("`zulipkit git install REPO` writes one"),
        );
    };
    // The deliverer, which works in another folder, reads the file again.
    let path = std::path::absolute(&path).unwrap_or(path);
    read(git::DEFAULTS, Some(&path))
}
