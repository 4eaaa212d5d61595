//! What `zulipkit jenkins install` does: the settings file in the Jenkins home. The library and the plugin are installed in
//! Jenkins itself, as the page tells.

use std::path::Path;

use zulipkit_diag::Result;
use zulipkit_settings::Environment;

use super::{INTEGRATION, Settings};
use crate::install::{self, Finding, Options, Report};

pub(super) fn install(folder: &Path, options: &Options, environment: &Environment) -> Result<Report> {
    install::install_settings::<Settings>(&INTEGRATION, folder, options, environment)
}

pub(super) fn check(folder: &Path, environment: &Environment) -> Vec<Finding> {
    install::check_settings::<Settings>(&INTEGRATION, folder, environment)
}
