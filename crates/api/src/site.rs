use std::fmt::{self, Display};
use std::str::FromStr;

/// The address of a Zulip organization, in one normal form: scheme, host, port and perhaps a folder.
///
/// `chat.example.com`, `https://chat.example.com/` and `https://chat.example.com/api` are the same site. As in the Python
/// client, an address without a scheme gets `https://`, or `http://` if it starts with `localhost`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Site(String);

/// An address that names no server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not the address of a Zulip server; it should look like `https://chat.example.com`"
)]
pub struct InvalidSite(pub String);

impl Site {
    /// Returns the address of an API call; `path` starts with a slash.
    pub fn api(&self, path: &str) -> String {
        format!("{}/api/v1{path}", self.0)
    }

    /// Returns the address itself, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Site {
    type Err = InvalidSite;

    fn from_str(text: &str) -> Result<Self, InvalidSite> {
        let invalid = || InvalidSite(hide_password(text));
        let text = text.trim();
        let with_scheme = match text.split_once("://") {
            Some(_) => text.to_owned(),
            None if text.starts_with("localhost") => format!("http://{text}"),
            None => format!("https://{text}"),
        };
        let (scheme, rest) = with_scheme.split_once("://").ok_or_else(invalid)?;
        let scheme = scheme.to_ascii_lowercase();
        let rest = rest.trim_end_matches('/');
        let rest = rest
            .strip_suffix("/api")
            .unwrap_or(rest)
            .trim_end_matches('/');
        let (host, folder) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let plain =
            !rest.contains(|c: char| c.is_whitespace() || c.is_control() || "@?#\\".contains(c));
        if !plain
            || host.is_empty()
            || host.starts_with(':')
            || !["http", "https"].contains(&scheme.as_str())
        {
            return Err(invalid());
        }
        Ok(Self(format!(
            "{scheme}://{}{folder}",
            host.to_ascii_lowercase()
        )))
    }
}

/// An address may hold `user:password@`; what is shown does not.
fn hide_password(text: &str) -> String {
    match text.rsplit_once('@') {
        Some((_, host)) => format!("…@{host}"),
        None => text.to_owned(),
    }
}

impl Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_it_is_one_site() {
        for text in [
            "chat.example.com",
            "https://chat.example.com",
            "https://chat.example.com/",
            "https://Chat.Example.com/api/",
            " HTTPS://chat.example.com/api ",
        ] {
            assert_eq!(
                text.parse::<Site>().unwrap().as_str(),
                "https://chat.example.com",
                "{text}"
            );
        }
        let local: Site = "localhost:9991".parse().unwrap();
        assert_eq!(
            local.api("/messages"),
            "http://localhost:9991/api/v1/messages"
        );
        let folder: Site = "https://example.com/zulip/api".parse().unwrap();
        assert_eq!(folder.as_str(), "https://example.com/zulip");
    }

    #[test]
    fn what_names_no_server_is_refused_without_showing_a_password() {
        for text in [
            "",
            "https://",
            "ftp://x.example",
            "https://a b",
            "https://x/?q",
            "http://:80",
        ] {
            assert!(text.parse::<Site>().is_err(), "{text}");
        }
        let error = "https://me:secret@x.example".parse::<Site>().unwrap_err();
        assert!(!error.to_string().contains("secret"));
    }
}
