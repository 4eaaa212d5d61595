//! A bot in Rust: a crate.

use std::path::{Path, PathBuf};

use zulipkit_diag::{Diagnostic, Result};

use super::{Made, Name};

pub(super) const NEXT: &str = "`cargo test` runs its dialog; `README.md` says how to go on";

/// Returns the crate's files. It uses the zulipkit in a folder, if that is there, else the published one.
pub(super) fn files(name: &Name, zulipkit: Option<&Path>) -> Result<Vec<Made>> {
    let made = |path, template: &str| Made {
        path,
        text: name.fill(template),
    };
    let dependency = dependency(zulipkit)?;
    Ok(vec![
        Made {
            path: "Cargo.toml",
            text: name
                .fill(include_str!("rust/Cargo.toml.txt"))
                .replace("__ZULIPKIT__", &dependency),
        },
        made("src/lib.rs", include_str!("rust/lib.rs.txt")),
        made("settings.toml", include_str!("rust/settings.toml.txt")),
        made(
            "dialogs/greeting.toml",
            include_str!("rust/greeting.toml.txt"),
        ),
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
