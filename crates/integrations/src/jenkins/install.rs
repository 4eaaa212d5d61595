//! What `zulipkit jenkins install` puts in place: the settings file in the Jenkins home. The library and the plugin are
//! installed in Jenkins itself, as the page tells.

use std::path::Path;

use zulipkit_diag::Result;
use zulipkit_settings::Environment;

use super::{INTEGRATION, Settings};
use crate::install::{Finding, Options, Plugin, Report};

pub(super) fn install(
    folder: &Path,
    options: &Options,
    environment: &Environment,
) -> Result<Report> {
    let mut report = plugin(folder).install::<Settings>(options, environment)?;
    report.to_do.push(
        "Now let builds tell: `zulipkit jenkins docs` shows the pipeline library, the step for other jobs, and the watcher \
         that needs nothing installed in Jenkins."
            .to_owned(),
    );
    Ok(report)
}

pub(super) fn check(folder: &Path, environment: &Environment) -> Vec<Finding> {
    plugin(folder).check_settings::<Settings>(environment)
}

fn plugin(folder: &Path) -> Plugin<'_> {
    Plugin {
        integration: &INTEGRATION,
        instance: folder,
        settings: folder.to_owned(),
        file: None,
    }
}
