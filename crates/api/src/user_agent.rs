use std::fmt::{self, Display};

/// What a program calls itself to the server: `ZulipGit/0.1.0 (Debian; 12)`.
///
/// The server shows the text before the slash as the `client` of a message (at most 30 characters), and records a version
/// for names that start with `Zulip`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserAgent(String);

impl UserAgent {
    /// Builds it from the integration's name, spelt like its vendor and starting with `Zulip`, and its version.
    ///
    /// What cannot stand in an HTTP header becomes a question mark.
    pub fn new(name: &str, version: &str, platform: &Platform) -> Self {
        let text = format!("{name}/{version} ({platform})");
        let printable = |c: char| {
            if matches!(c, ' '..='~') { c } else { '?' }
        };
        Self(text.chars().map(printable).collect())
    }

    /// Returns the header's value.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Display for UserAgent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The operating system as a user agent names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Platform {
    /// Its name, such as `Debian`.
    pub name: String,
    /// Its version, such as `12`; empty for a rolling one.
    pub version: String,
}

impl Platform {
    /// Reads the text of `/etc/os-release`; without a name there it is `Linux`.
    pub fn parse_os_release(text: &str) -> Self {
        let value = |key: &str| {
            text.lines()
                .filter_map(|line| line.trim().split_once('='))
                .find(|(name, _)| *name == key)
                .map(|(_, value)| unquote(value))
                .unwrap_or_default()
        };
        let name = value("NAME");
        let name = name.strip_suffix(" GNU/Linux").unwrap_or(&name);
        Self {
            name: if name.is_empty() { "Linux" } else { name }.to_owned(),
            version: value("VERSION_ID"),
        }
    }
}

impl Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if !self.version.is_empty() {
            write!(f, "; {}", self.version)?;
        }
        Ok(())
    }
}

/// The file is made to be read by a shell: a value may stand in quotes, with backslashes before special characters.
fn unquote(value: &str) -> String {
    let value = value.trim();
    let inner = ['"', '\'']
        .iter()
        .find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(value);
    inner.replace('\\', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_names_program_version_and_platform() {
        let debian = Platform::parse_os_release(
            "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\n",
        );
        let agent = UserAgent::new("ZulipGit", "0.1.0", &debian);
        assert_eq!(agent.to_string(), "ZulipGit/0.1.0 (Debian; 12)");
    }

    #[test]
    fn a_platform_without_version_or_name_still_has_one() {
        let platform = |text| Platform::parse_os_release(text).to_string();
        assert_eq!(platform("NAME='Arch Linux'\nID=arch"), "Arch Linux");
        assert_eq!(platform("VERSION_ID=3.20.1\nNAME=Alpine"), "Alpine; 3.20.1");
        assert_eq!(platform("NAME=\"Say \\\"hi\\\"\""), "Say \"hi\"");
        assert_eq!(platform(""), "Linux");
    }

    #[test]
    fn no_name_can_break_the_header() {
        let platform = Platform {
            name: "Ünix\r\nX-Evil: 1".to_owned(),
            version: String::new(),
        };
        let agent = UserAgent::new("ZulipGit", "1", &platform);
        assert_eq!(agent.as_str(), "ZulipGit/1 (?nix??X-Evil: 1)");
    }
}
