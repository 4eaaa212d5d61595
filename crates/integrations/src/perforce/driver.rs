use std::path::{Path, PathBuf};

use jiff::Timestamp;
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_settings::Environment;

use super::options::{DEFAULTS, Settings};
use super::server::Server;
use super::{INTEGRATION, collect, describe};
use crate::Collected;
use crate::driver::{self, Call};
use crate::install::{Finding, Options, Place, Report, check_settings};

impl driver::Instance for Server {
    type Settings = Settings;

    fn open(path: &Path, _environment: &Environment) -> Result<Self> {
        Self::at(path).ok_or_else(|| {
            Diagnostic::failed(format!("cannot open the folder `{}`", path.display()))
                .cause("there is no such folder")
                .hint("name the folder for the settings, such as the root of the Perforce server")
        })
    }

    fn of_hook(_call: &Call, environment: &Environment) -> Result<Self> {
        // The server runs its triggers in its root.
        driver::Instance::open(Path::new("."), environment)
    }

    fn name(&self) -> String {
        "Perforce".to_owned()
    }

    fn folder(&self) -> PathBuf {
        Self::folder(self).to_owned()
    }

    fn hooks(&self) -> PathBuf {
        Self::folder(self).to_owned()
    }

    fn settings_files(&self) -> Vec<PathBuf> {
        vec![INTEGRATION.settings_beside(Self::folder(self))]
    }

    fn collect(&self, call: &Call, settings: &Settings, now: Timestamp) -> Collected {
        collect(call, settings, now)
    }

    fn example(&self, input: Option<Vec<u8>>) -> Result<Call> {
        let change = match input {
            Some(input) => String::from_utf8_lossy(&input).trim().to_owned(),
            None => self.newest()?,
        };
        Ok(Call {
            hook: "change-commit".to_owned(),
            arguments: vec![change.into()],
            ..Call::default()
        })
    }

    fn install(&self, options: &Options, environment: &Environment) -> Result<Report> {
        let hooks = options.hooks(&INTEGRATION)?;
        let folder = Self::folder(self);
        let place = Place::find(&INTEGRATION, folder.to_owned(), folder, options)?;
        let mut report = Report::new(place.settings(), place.settings(), options.dry_run);
        let text = place.compose::<Settings>(options, environment)?;
        let open = match options.dry_run {
            true => None,
            false => Some(place.open_or_make(folder)?),
        };
        place.put_settings(open.as_ref(), &text, &mut report)?;
        let lines: Vec<String> = hooks
            .iter()
            .map(|hook| trigger(hook.name, &options.program, &place.settings()))
            .collect();
        report.to_do.push(format!(
            "Add to the table of triggers, as a Perforce superuser with `p4 triggers`:\n{}",
            lines.join("\n")
        ));
        place.finish(options, &mut report)?;
        Ok(report)
    }

    fn check(&self, environment: &Environment) -> Vec<Finding> {
        check_settings::<Settings>(&INTEGRATION, &self.settings_files(), environment)
    }
}

impl Server {
    fn newest(&self) -> Result<String> {
        let cannot = || Diagnostic::failed("cannot find the newest changelist");
        let beside = INTEGRATION.settings_beside(self.folder());
        let settings = zulipkit_settings::read::<Settings>(
            DEFAULTS,
            Some(beside.as_path()).filter(|path| path.exists()),
        )?;
        let newest = describe::newest(&settings.value.perforce);
        newest
            .map_err(|cause| cannot().source(&cause))?
            .ok_or_else(|| cannot().cause("nothing has been submitted yet"))
    }
}

/// Writes a line of the table of triggers. The server takes the command as one quoted text.
fn trigger(hook: &str, program: &Path, settings: &Path) -> String {
    let (kind, path, arguments) = match hook {
        "form-commit" => (hook, "branch", "%formtype% %formname% %user%"),
        "shelve-commit" | "shelve-delete" => (hook, "//...", "%change%"),
        _ => (hook, "//...", "%change% %changeroot%"),
    };
    format!(
        "\tzulip-{hook} {kind} {path} \"{} perforce {hook} --config {} {arguments}\"",
        program.display(),
        settings.display()
    )
}
