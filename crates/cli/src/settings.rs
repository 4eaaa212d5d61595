//! Finding settings files.

use std::path::{Path, PathBuf};

use zulipkit_diag::{Diagnostic, Result};
use zulipkit_integrations::Integration;
use zulipkit_settings::{Environment, dirs};

/// Finds the settings of an integration: the file asked for, or the first of the usual places.
pub(crate) fn settings_file(
    integration: &Integration,
    environment: &Environment,
    asked: Option<&Path>,
    own: &[PathBuf],
) -> Result<PathBuf> {
    let name = integration.name;
    let path = dirs::settings_file(environment, name, asked, own);
    let Some(path) = path else {
        let places = dirs::settings_places(environment, name, own);
        let places: Vec<String> = places
            .iter()
            .map(|path| format!("`{}`", path.display()))
            .collect();
        return Err(Diagnostic::settings(format!(
            "cannot find the settings of the {} integration",
            integration.title
        ))
        .cause(format!("there is none of {}", places.join(", ")))
        .hint(format!(
            "`zulipkit {name} install {}` writes one",
            integration.help.words.argument
        )));
    };
    // The deliverer, which works in another folder, reads the file again.
    Ok(absolute(&path))
}

/// Makes a path hold in other folders too; one that cannot be is left for its reader to complain about.
pub(crate) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
