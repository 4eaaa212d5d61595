use std::io::IsTerminal as _;
use std::path::PathBuf;

use clap::Args;
use dialoguer::Input;
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_integrations::Integration;
use zulipkit_integrations::driver::AnyInstance;
use zulipkit_integrations::install::{AccountSource, Options, Timer};
use zulipkit_settings::Environment;

use super::doctor::look_at_hook;
use super::open;
use crate::doctor::report;
use crate::ui::{BOLD, Ui, paint};

/// What `install` takes. The first line of its help, and of some options, is the integration's.
#[derive(Debug, Args)]
#[command(
    about = "",
    long_about = "Nothing that is there is overwritten, and doing it again changes nothing. What is needed and not given is asked \
                  for on a terminal."
)]
pub(super) struct InstallArgs {
    #[arg(default_value = ".")]
    instance: PathBuf,
    /// The bot's zuliprc file, as Zulip lets you download it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["site", "email", "key_file"])]
    zuliprc: Option<PathBuf>,
    /// The server's address, instead of a zuliprc
    #[arg(long, value_name = "URL", requires_all = ["email", "key_file"])]
    site: Option<String>,
    /// The bot's e-mail address, instead of a zuliprc
    #[arg(long, value_name = "ADDRESS", requires_all = ["site", "key_file"])]
    email: Option<String>,
    /// A file with nothing but the bot's key, instead of a zuliprc
    #[arg(long, value_name = "FILE", requires_all = ["site", "email"])]
    key_file: Option<PathBuf>,
    /// The channel to write to
    #[arg(long, value_name = "NAME")]
    channel: Option<String>,
    /// Further hooks to put in place, with commas between: those that the help lists as `another hook`
    #[arg(long, value_name = "HOOKS", value_delimiter = ',')]
    hooks: Vec<String>,
    #[arg(long, value_name = "USERS", value_delimiter = ',')]
    users: Vec<String>,
    /// Set up a systemd timer that delivers what could not be delivered at once
    #[arg(long)]
    timer: bool,
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Ask the server nothing and send no test message
    #[arg(long)]
    no_test: bool,
}

impl InstallArgs {
    pub(super) fn run(self, integration: &Integration, ui: Ui) -> Result<()> {
        let environment = Environment::of_process();
        let instance = open(integration, &self.instance, &environment)?;
        let (dry_run, no_test) = (self.dry_run, self.no_test);
        let options = self.options(integration, &*instance, &environment)?;
        let done = instance.install(&options, &environment)?;
        ui.raw(done.to_string());
        if dry_run {
            return Ok(());
        }
        ui.data("");
        report(&look_at_hook(&*instance, &environment), false, ui)?;
        if no_test {
            return Ok(());
        }
        let name = integration.name;
        let configured = instance.read(&done.settings)?;
        let checked = super::test::send(integration, &*configured, &environment, ui);
        checked.map_err(|error| {
            error.hint(format!(
                "the rest is in place; mend that, and `zulipkit {name} test` looks again"
            ))
        })?;
        let preview = format!("zulipkit {name} preview {}", self.instance.display());
        ui.data(format!(
            "\n{}, and look into Zulip. {} shows what would be sent.",
            integration.help.verb,
            paint(BOLD, preview)
        ));
        Ok(())
    }

    fn options(
        &self,
        integration: &Integration,
        instance: &dyn AnyInstance,
        environment: &Environment,
    ) -> Result<Options> {
        let program = std::env::current_exe().map_err(|cause| {
            Diagnostic::failed("cannot find out where this program lies").source(&cause)
        })?;
        let account = self.account(instance)?;
        let kept = matches!(account, AccountSource::Kept(_));
        Ok(Options {
            program,
            account,
            channel: match &self.channel {
                None if kept => None,
                None => ask("Channel to write to", Some(integration.help.words.channel))?,
                given => given.clone(),
            },
            hooks: self.hooks.clone(),
            users: self.users.clone(),
            timer: self.timer.then(|| timer(environment)).transpose()?,
            dry_run: self.dry_run,
        })
    }

    fn account(&self, instance: &dyn AnyInstance) -> Result<AccountSource> {
        if let (Some(site), Some(email), Some(key_file)) = (&self.site, &self.email, &self.key_file)
        {
            return Ok(AccountSource::Parts {
                site: site.clone(),
                email: email.clone(),
                key_file: key_file.clone(),
            });
        }
        if let Some(path) = &self.zuliprc {
            return Ok(AccountSource::Zuliprc(path.clone()));
        }
        let mut own = instance.settings_files().into_iter();
        if let Some(path) = own.find(|path| path.exists()) {
            return Ok(AccountSource::Kept(path));
        }
        match ask("The bot's zuliprc file", None)? {
            Some(path) => Ok(AccountSource::Zuliprc(path.into())),
            None => Err(
                Diagnostic::usage("cannot install without knowing who sends")
                    .hint("give `--zuliprc FILE`, or `--site`, `--email` and `--key-file`"),
            ),
        }
    }
}

/// Asks on a terminal; elsewhere nobody is there to answer.
fn ask(question: &str, default: Option<&str>) -> Result<Option<String>> {
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Ok(None);
    }
    let mut input = Input::<String>::new().with_prompt(question);
    if let Some(default) = default {
        input = input.default(default.to_owned());
    }
    let answer = input
        .interact_text()
        .map_err(|cause| Diagnostic::failed("cannot ask on this terminal").source(&cause))?;
    Ok(Some(answer))
}

/// Root sets up the system's timer, everybody else their own.
fn timer(environment: &Environment) -> Result<Timer> {
    if rustix::process::geteuid().is_root() {
        return Ok(Timer::System("/etc/systemd/system".into()));
    }
    let home = environment.home().ok_or_else(|| {
        Diagnostic::failed("cannot set up a timer").cause("this user has no home directory")
    })?;
    Ok(Timer::User(home.join(".config/systemd/user")))
}
