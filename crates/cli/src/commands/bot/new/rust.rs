//! A bot in Rust: a crate.

use std::path::{Path, PathBuf};

use zulipkit_diag::{Diagnostic, Result};

use super::{Made, Name};

pub(super) const NEXT: &str = "`cargo test` runs its dialog; `README.md` says how to go on";

/// Returns the crate's files. It uses the zulipkit in a folder, if that is there, else the published one.
pub(super) fn files(name: &Name, zulipkit: Option<&Path>) -> Result<Vec<Made>> {
    let made = |path: &str, template: &str| Made {
        path: path.to_owned(),
        text: name.fill(template),
        program: false,
    };
    let manifest =
        include_str!("rust/Cargo.toml.txt").replace("__ZULIPKIT__", &dependency(zulipkit)?);
    let bots = super::BOTS.replace("__PROGRAM__", "target/release/__NAME__");
    Ok(vec![
        made("Cargo.toml", &manifest),
        made("src/lib.rs", include_str!("rust/lib.rs.txt")),
        made("src/main.rs", include_str!("rust/main.rs.txt")),
        made("settings.toml", include_str!("rust/settings.toml.txt")),
        made("bots.toml", &bots),
        made(&name.fill(super::DIALOG_PATH), super::DIALOG),
        made("README.md", include_str!("rust/README.md.txt")),
        made(".gitignore", "/target\n"),
    ])
}

/// Says where the crate `zulipkit-bots` is.
fn dependency(zulipkit: Option<&Path>) -> Result<String> {
    let built_from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let checkout = zulipkit.map_or(built_from, PathBuf::from);
    match fs_err::canonicalize(checkout.join("crates/bots")) {
        Ok(path) => Ok(format!("{{ path = {:?} }}", path.display().to_string())),
        Err(error) if zulipkit.is_some() => {
            Err(Diagnostic::usage("cannot use that zulipkit").source(&error))
        }
        Err(_) => Ok(format!("{:?}", env!("CARGO_PKG_VERSION"))),
    }
}
