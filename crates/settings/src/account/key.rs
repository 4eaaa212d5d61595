//! Ways to a key that does not stand in the settings.

use std::path::Path;
use std::process::{Command, Stdio};

use secrecy::SecretString;
use zulipkit_diag::{Diagnostic, Result};

use crate::file::read_trusted;

/// Reads a file that holds nothing but the key.
pub(super) fn read(path: &Path) -> Result<SecretString> {
    let text = read_trusted(path).map_err(|error| error.while_doing("cannot read the API key"))?;
    let key = text.trim();
    if key.is_empty() || key.contains(char::is_whitespace) {
        return Err(
            Diagnostic::settings("cannot read the API key").cause(format!(
                "`{}` should hold the key and nothing else",
                path.display()
            )),
        );
    }
    Ok(key.into())
}

/// Runs the program that prints the key; no shell is involved.
pub(super) fn of_command(command: &[String]) -> Result<SecretString> {
    let error = || Diagnostic::settings("cannot get the API key from `key_command`");
    let [program, arguments @ ..] = command else {
        return Err(error()
            .cause("it is empty")
            .hint("write it as a list: `[\"pass\", \"show\", \"zulip\"]`"));
    };
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|cause| error().cause(format!("`{program}`: {cause}")))?;
    let key = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() || key.trim().is_empty() {
        return Err(error().cause(format!("`{program}` printed no key ({})", output.status)));
    }
    Ok(key.trim().into())
}
