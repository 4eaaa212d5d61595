//! The files of an account.

use std::path::Path;

use zulipkit_settings::file::readable_by_others;
use zulipkit_settings::zuliprc::Zuliprc;

use super::Check;

/// Looks at the files that hold or name a key: who may read them, and what in them is seldom meant.
pub(crate) fn look_at_files(files: &[impl AsRef<Path>]) -> Vec<Check> {
    files
        .iter()
        .flat_map(|file| look_at_file(file.as_ref()))
        .collect()
}

fn look_at_file(path: &Path) -> Vec<Check> {
    let mut checks = Vec::new();
    if readable_by_others(path).unwrap_or(false) {
        checks.push(Check::warning(
            format!(
                "`{}` holds a key, and everybody may read it",
                path.display()
            ),
            format!("chmod o-r {}", path.display()),
        ));
    }
    if path.extension().is_none_or(|ending| ending != "toml")
        && let Ok(zuliprc) = Zuliprc::read(path)
    {
        let doubtful = zuliprc
            .warnings
            .iter()
            .map(|warning| Check::warning(warning.one_line(), "write the value alone"));
        checks.extend(doubtful);
    }
    checks
}
