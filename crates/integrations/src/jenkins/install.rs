//! What `zulipkit jenkins install` puts in place: the settings file in the Jenkins home. The library and the plugin are
//! installed in Jenkins itself, as the page tells.

use std::path::{Path, PathBuf};

use zulipkit_diag::Result;
use zulipkit_settings::Environment;

use super::{INTEGRATION, Settings};
use crate::install::{Finding, Options, Place, Report, check_settings};

pub(super) fn install(
    folder: &Path,
    options: &Options,
    environment: &Environment,
) -> Result<Report> {
    let place = Place::find(&INTEGRATION, folder.to_owned(), folder, options)?;
    let mut report = Report::new(place.settings(), place.settings(), options.dry_run);
    let text = place.compose::<Settings>(options, environment)?;
    let open = match options.dry_run {
        true => None,
        false => Some(place.open_or_make(folder)?),
    };
    place.put_settings(open.as_ref(), &text, &mut report)?;
    report.to_do.push(
        "Now let builds tell: `zulipkit jenkins docs` shows the pipeline library, the step for other jobs, and the watcher \
         that needs nothing installed in Jenkins."
            .to_owned(),
    );
    place.finish(options, &mut report)?;
    Ok(report)
}

/// Returns where the settings may lie: in the Jenkins home.
pub(super) fn settings_files(folder: &Path) -> Vec<PathBuf> {
    vec![INTEGRATION.settings_beside(folder)]
}

pub(super) fn check(folder: &Path, environment: &Environment) -> Vec<Finding> {
    check_settings::<Settings>(&INTEGRATION, &settings_files(folder), environment)
}
