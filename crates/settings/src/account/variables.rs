//! An identity in the environment.

use secrecy::SecretString;
use zulipkit_api::{Site, Tls};
use zulipkit_diag::{Diagnostic, Result};

use crate::environment::{self as env, Environment};
use crate::zuliprc::{boolean, client_certificate};

pub(super) fn site(environment: &Environment) -> Result<Site> {
    let text = environment.text(env::ZULIP_SITE).unwrap_or_default();
    text.parse().map_err(|cause| {
        Diagnostic::settings("cannot use the environment variable `ZULIP_SITE`").source(&cause)
    })
}

pub(super) fn key(environment: &Environment) -> Option<SecretString> {
    environment.text(env::ZULIP_API_KEY).map(SecretString::from)
}

pub(super) fn tls(environment: &Environment) -> Result<Tls> {
    let wrong =
        |name: &str| Diagnostic::settings(format!("cannot use the environment variable `{name}`"));
    let insecure = match environment.text(env::ZULIP_ALLOW_INSECURE) {
        Some(text) => {
            boolean(&text).map_err(|cause| wrong(env::ZULIP_ALLOW_INSECURE).source(&cause))?
        }
        None => false,
    };
    let (certificate, key) = (
        environment.path(env::ZULIP_CERT),
        environment.path(env::ZULIP_CERT_KEY),
    );
    Ok(Tls {
        insecure,
        cert_bundle: environment.path(env::ZULIP_CERT_BUNDLE),
        client_cert: client_certificate(certificate, key)
            .map_err(|cause| wrong(env::ZULIP_CERT_KEY).source(&cause))?,
    })
}
