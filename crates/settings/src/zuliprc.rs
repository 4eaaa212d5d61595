//! The zuliprc file that Zulip lets people download for each bot.

use std::path::{Path, PathBuf};

use secrecy::SecretString;
use zulipkit_api::{ClientCertificate, Site, Tls};
use zulipkit_diag::{Diagnostic, Result};

use crate::hgrc;
use crate::ini::Ini;

/// The section of the client's options.
const API: &str = "api";
/// The section of the old Mercurial hook in an hgrc.
const ZULIP: &str = "zulip";

/// What a zuliprc says: a whole identity.
#[derive(Debug, Clone)]
pub struct Zuliprc {
    /// The server's address.
    pub site: Site,
    /// The bot's e-mail address.
    pub email: String,
    /// The API key.
    pub key: SecretString,
    /// How the connection is secured.
    pub tls: Tls,
    /// What is allowed but seldom meant.
    pub warnings: Vec<Diagnostic>,
}

impl Zuliprc {
    /// Reads a zuliprc file, one section of a file, as [`in_section`] names it, or the section `[zulip]` that an old hook has in
    /// a file of Mercurial's.
    ///
    /// # Errors
    ///
    /// It cannot be read or trusted, is no such file, or lacks an option.
    pub fn read(path: &Path) -> Result<Self> {
        let (file, section) = split_section(path);
        let text = crate::file::read_trusted(file)?;
        match hgrc::is_hgrc(file) {
            true => Self::parse_hgrc(file, &text),
            false => Self::of_section(file, &Ini::parse(file, &text)?, section),
        }
    }

    /// Reads the identity out of the text of an hgrc.
    fn parse_hgrc(path: &Path, text: &str) -> Result<Self> {
        let items = hgrc::items(text);
        let require = |name: &str| {
            let value = hgrc::value(&items, ZULIP, name).filter(|value| !value.is_empty());
            value.ok_or_else(|| {
                Diagnostic::settings(format!("cannot read `{}`", path.display()))
                    .cause(format!("section `[{ZULIP}]` has no `{name}`"))
            })
        };
        Ok(Self {
            site: require("site")?.parse().map_err(|cause| {
                Diagnostic::settings(format!("cannot use `site` in `{}`", path.display()))
                    .source(&cause)
            })?,
            email: require("email")?.to_owned(),
            key: require("api_key")?.into(),
            tls: Tls::default(),
            warnings: Vec::new(),
        })
    }

    /// Reads a zuliprc's text; relative paths in it are taken from the file's folder.
    ///
    /// # Errors
    ///
    /// The text is no zuliprc, or lacks an option.
    pub fn parse(path: &Path, text: &str) -> Result<Self> {
        Self::of_section(path, &Ini::parse(path, text)?, API)
    }

    /// Reads the identity that one section of a file holds.
    ///
    /// # Errors
    ///
    /// The section is not there, or lacks an option.
    pub(crate) fn of_section(path: &Path, ini: &Ini, section: &str) -> Result<Self> {
        let file = |option: &str| {
            let value = ini.get(section, option).filter(|value| !value.is_empty())?;
            Some(path.parent().unwrap_or(Path::new("")).join(value))
        };
        let wrong = |option: &str, cause: &(dyn std::error::Error + 'static)| {
            wrong(path, ini, section, option, cause)
        };
        let site = ini.require(section, "site")?;
        Ok(Self {
            site: site.parse().map_err(|cause| wrong("site", &cause))?,
            email: ini.require(section, "email")?.to_owned(),
            key: ini.require(section, "key")?.into(),
            tls: Tls {
                insecure: match ini.get(section, "insecure") {
                    Some(text) => boolean(text).map_err(|cause| wrong("insecure", &cause))?,
                    None => false,
                },
                cert_bundle: file("cert_bundle"),
                client_cert: client_certificate(file("client_cert"), file("client_cert_key"))
                    .map_err(|cause| wrong("client_cert_key", &cause))?,
            },
            warnings: ini.warnings(),
        })
    }
}

/// Names the identity that a section of a file holds, as in a botserverrc: `FILE#SECTION`.
pub fn in_section(file: &Path, section: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(format!("#{section}"));
    name.into()
}

/// Returns the file and the section that a name means. A file that is really called so is a zuliprc.
pub(crate) fn split_section(path: &Path) -> (&Path, &str) {
    let named = path.to_str().and_then(|name| name.rsplit_once('#'));
    match named {
        Some((file, section)) if !path.exists() => (Path::new(file), section),
        _ => (path, API),
    }
}

/// A value that is none of those allowed.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct WrongValue(String);

/// Reads a switch as the Python client does: `true` or `false` in any case.
pub(crate) fn boolean(text: &str) -> Result<bool, WrongValue> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(WrongValue(format!(
            "`{text}` is neither `true` nor `false`"
        ))),
    }
}

/// Joins certificate and key; a key alone is of no use.
pub(crate) fn client_certificate(
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
) -> Result<Option<ClientCertificate>, WrongValue> {
    match (certificate, key) {
        (Some(certificate), key) => Ok(Some(ClientCertificate { certificate, key })),
        (None, None) => Ok(None),
        (None, Some(_)) => Err(WrongValue(
            "a key is given, but no client certificate".to_owned(),
        )),
    }
}

fn wrong(
    path: &Path,
    ini: &Ini,
    section: &str,
    option: &str,
    cause: &(dyn std::error::Error + 'static),
) -> Diagnostic {
    let error = Diagnostic::settings(format!("cannot use `{option}` in `{}`", path.display()))
        .source(cause);
    match ini.place(section, option, "") {
        Some(place) => error.at(place),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret as _;

    const MINIMAL: &str =
        "[api]\nemail=git-bot@example.com\nkey=abc%c\nsite=https://zulip.example.com/api\n";

    fn parse(text: &str) -> Result<Zuliprc> {
        Zuliprc::parse(Path::new("/etc/zulipkit/zuliprc"), text)
    }

    #[test]
    fn reads_a_downloaded_file() {
        let zuliprc = parse(MINIMAL).unwrap();
        assert_eq!(zuliprc.site.as_str(), "https://zulip.example.com");
        assert_eq!(zuliprc.email, "git-bot@example.com");
        assert_eq!(zuliprc.key.expose_secret(), "abc%c");
        assert_eq!(zuliprc.tls, Tls::default());
        assert!(!format!("{zuliprc:?}").contains("abc%c"));
    }

    #[test]
    fn reads_the_section_of_the_old_mercurial_hook() {
        let text = "[ui]\nssh = ssh -C\n[zulip]\nemail = \"hg-bot@example.com\"\napi_key = \"hgkey\"\n\
                    site = \"https://zulip.example.com\"\nstream = \"commits\"\n";
        let path = Path::new("/srv/hg/website/.hg/hgrc");
        let zuliprc = Zuliprc::parse_hgrc(path, text).unwrap();
        assert_eq!(zuliprc.site.as_str(), "https://zulip.example.com");
        assert_eq!(zuliprc.email, "hg-bot@example.com");
        assert_eq!(zuliprc.key.expose_secret(), "hgkey");
        let error = Zuliprc::parse_hgrc(path, "[zulip]\nsite = zulip.example.com\n").unwrap_err();
        assert_eq!(
            error.one_line(),
            "cannot read `/srv/hg/website/.hg/hgrc`: section `[zulip]` has no `email`"
        );
    }

    #[test]
    fn reads_the_options_of_tls() {
        let zuliprc = parse(&format!(
            "{MINIMAL}insecure = True\ncert_bundle = ca.pem\nclient_cert=/c.pem\nclient_cert_key=/k.pem\n"
        ))
        .unwrap();
        assert!(zuliprc.tls.insecure);
        assert_eq!(
            zuliprc.tls.cert_bundle.unwrap(),
            Path::new("/etc/zulipkit/ca.pem")
        );
        let certificate = zuliprc.tls.client_cert.unwrap();
        assert_eq!(certificate.certificate, Path::new("/c.pem"));
        assert_eq!(certificate.key.unwrap(), Path::new("/k.pem"));
    }

    #[test]
    fn wrong_values_are_shown_where_they_stand() {
        let error = parse(&format!("{MINIMAL}insecure = yes\n")).unwrap_err();
        assert_eq!(
            error.one_line(),
            "cannot use `insecure` in `/etc/zulipkit/zuliprc`: `yes` is neither `true` nor `false` \
             (/etc/zulipkit/zuliprc:5:1)"
        );
        let error = parse(&format!("{MINIMAL}client_cert_key = /k.pem\n")).unwrap_err();
        assert!(
            error.one_line().contains("no client certificate"),
            "{error}"
        );
        assert!(parse("[api]\nemail=a@b\nkey=k\nsite=ftp://x\n").is_err());
    }
}
