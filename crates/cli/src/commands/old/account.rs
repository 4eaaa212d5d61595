use std::path::PathBuf;

use clap::Args;
use zulipkit_api::{ClientCertificate, Credentials};
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_settings::{Account, Environment};

/// The flags that every Python script took. Each of them wins over the environment, and that over the file.
#[derive(Debug, Args)]
#[command(next_help_heading = "Zulip API configuration")]
pub(super) struct OldAccountArgs {
    /// Zulip server URI
    #[arg(long, value_name = "ZULIP_SITE")]
    site: Option<String>,
    /// API key
    #[arg(long, value_name = "KEY")]
    api_key: Option<String>,
    /// Email address of the calling bot or user
    #[arg(long, value_name = "EMAIL")]
    user: Option<String>,
    /// Location of an ini file containing the above information (default ~/.zuliprc)
    #[arg(long, value_name = "FILE")]
    config_file: Option<PathBuf>,
    /// Provide detailed output
    #[arg(long, short)]
    pub(super) verbose: bool,
    /// Name of the client, for the User-Agent
    #[arg(long, value_name = "NAME", hide = true)]
    pub(super) client: Option<String>,
    /// Do not verify the server certificate
    #[arg(long)]
    insecure: bool,
    /// A file with a PEM-encoded CA bundle
    #[arg(long, value_name = "FILE")]
    cert_bundle: Option<PathBuf>,
    /// A file with a client certificate
    #[arg(long, value_name = "FILE")]
    client_cert: Option<PathBuf>,
    /// A file with the client certificate's key
    #[arg(long, value_name = "FILE")]
    client_cert_key: Option<PathBuf>,
}

impl OldAccountArgs {
    /// Reads the credentials.
    ///
    /// Other than in settings files, single flags may replace parts of a file's identity, as scripts that call the old tools
    /// rely on it.
    pub(super) fn credentials(&self, environment: &Environment) -> Result<Credentials> {
        let mut credentials = match (&self.site, &self.user, &self.api_key) {
            (Some(site), Some(user), Some(key)) => Account {
                site: Some(site.clone()),
                email: Some(user.clone()),
                key: Some(key.clone().into()),
                ..Account::default()
            }
            .credentials(None, environment)?,
            _ => self.of_file(environment)?,
        };
        credentials.tls.insecure |= self.insecure;
        if let Some(bundle) = &self.cert_bundle {
            credentials.tls.cert_bundle = Some(bundle.clone());
        }
        if let Some(certificate) = &self.client_cert {
            credentials.tls.client_cert = Some(ClientCertificate {
                certificate: certificate.clone(),
                key: self.client_cert_key.clone(),
            });
        }
        Ok(credentials)
    }

    fn of_file(&self, environment: &Environment) -> Result<Credentials> {
        let account = Account {
            zuliprc: self
                .config_file
                .clone()
                .map(|path| expand(path, environment)),
            ..Account::default()
        };
        let mut credentials = account.credentials(None, environment)?;
        if let Some(site) = &self.site {
            credentials.site = site
                .parse()
                .map_err(|cause| Diagnostic::usage("cannot use `--site`").source(&cause))?;
        }
        if let Some(user) = &self.user {
            credentials.email.clone_from(user);
        }
        if let Some(key) = &self.api_key {
            credentials.key = key.clone().into();
        }
        Ok(credentials)
    }
}

/// The old tools took `~` in this flag for the home directory, even where no shell did.
pub(super) fn expand(path: PathBuf, environment: &Environment) -> PathBuf {
    match (path.strip_prefix("~"), environment.home()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path,
    }
}
