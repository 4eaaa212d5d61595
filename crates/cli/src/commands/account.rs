use std::path::PathBuf;

use clap::Args;
use zulipkit_api::Credentials;
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_settings::{Account, Environment, Identity};

/// Who sends. Without any of these: the environment variables `ZULIP_SITE`, `ZULIP_EMAIL` and `ZULIP_API_KEY` together, else
/// the file `$ZULIP_CONFIG`, else `~/.zuliprc`.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Account")]
pub(crate) struct AccountArgs {
    /// The bot's zuliprc file
    #[arg(long, value_name = "FILE", visible_alias = "config-file", conflicts_with_all = ["site", "email", "key_file"])]
    zuliprc: Option<PathBuf>,
    /// The server's address
    #[arg(long, value_name = "URL", requires_all = ["email", "key_file"])]
    site: Option<String>,
    /// The bot's e-mail address
    #[arg(long, value_name = "ADDRESS", requires_all = ["site", "key_file"])]
    email: Option<String>,
    /// A file with nothing but the bot's key
    #[arg(long, value_name = "FILE", requires_all = ["site", "email"])]
    key_file: Option<PathBuf>,
    /// Do not verify the server's certificate
    #[arg(long)]
    insecure: bool,
    /// A PEM file with certificates to trust besides those of the system
    #[arg(long, value_name = "FILE")]
    cert_bundle: Option<PathBuf>,
}

impl AccountArgs {
    /// Reads the credentials.
    pub(crate) fn credentials(&self, environment: &Environment) -> Result<Credentials> {
        let mut credentials = self.account()?.credentials(None, environment)?;
        credentials.tls.insecure |= self.insecure;
        if let Some(bundle) = &self.cert_bundle {
            credentials.tls.cert_bundle = Some(bundle.clone());
        }
        Ok(credentials)
    }

    /// Returns who sends, for messages that are delivered later by someone who reads the same file.
    pub(crate) fn identity(&self, environment: &Environment) -> Result<Identity> {
        if self.site.is_some() || self.insecure || self.cert_bundle.is_some() {
            return Err(Diagnostic::usage(
                "cannot keep a message for later with an account given piece by piece",
            )
            .cause("the one who delivers it reads everything from a file")
            .hint("give `--zuliprc FILE`; `insecure` and `cert_bundle` may stand in it"));
        }
        self.account()?.identify(None, environment)
    }

    /// Returns the files that hold the key.
    pub(crate) fn secret_files(&self, environment: &Environment) -> Result<Vec<PathBuf>> {
        self.account()?.secret_files(None, environment)
    }

    fn account(&self) -> Result<Account> {
        let absolute = |path: &PathBuf| {
            std::path::absolute(path).map_err(|cause| {
                Diagnostic::settings(format!("cannot find `{}`", path.display())).source(&cause)
            })
        };
        Ok(Account {
            zuliprc: self.zuliprc.as_ref().map(absolute).transpose()?,
            site: self.site.clone(),
            email: self.email.clone(),
            key_file: self.key_file.as_ref().map(absolute).transpose()?,
            ..Account::default()
        })
    }
}
