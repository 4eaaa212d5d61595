//! The settings file that `install` writes: what differs from the defaults, and nothing else.

use std::path::Path;

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};
use zulipkit_diag::Result;
use zulipkit_settings::{Environment, Loaded};

use super::{AccountSource, Options, absolute};
use crate::Integration;
use crate::driver::Settings;

/// Writes the file's text, and makes sure that it names an identity that can be read.
pub(super) fn compose<S: Settings>(
    integration: &Integration,
    options: &Options,
    path: &Path,
    environment: &Environment,
) -> Result<String> {
    let Some(account) = account(&options.account) else {
        let settings = S::read(Some(path))?;
        identify(&settings, environment)?;
        return Ok(settings.text);
    };
    let mut document = DocumentMut::new();
    document["zulip"] = Item::Table(account);
    if let Some(channel) = &options.channel {
        let mut route = Table::new();
        route["channel"] = value(channel.as_str());
        let mut routes = ArrayOfTables::new();
        routes.push(route);
        document["route"] = Item::ArrayOfTables(routes);
    }
    let (title, name) = (integration.title, integration.name);
    let text = format!(
        "# Settings of zulipkit's {title} integration for this repository. Only what differs from the defaults stands here;
# `zulipkit {name} config` shows all there is.

{document}"
    );
    let settings = zulipkit_settings::read_text::<S>(S::DEFAULTS, path, &text)?;
    identify(&settings, environment)?;
    Ok(text)
}

fn identify<S: Settings>(settings: &Loaded<S>, environment: &Environment) -> Result<()> {
    let account = settings.value.tables().zulip;
    account.identify(settings.path.as_deref(), environment)?;
    Ok(())
}

/// Returns the table of the account; nothing if the settings are there already.
fn account(source: &AccountSource) -> Option<Table> {
    let mut table = Table::new();
    match source {
        AccountSource::Zuliprc(path) => {
            table["zuliprc"] = value(absolute(path).display().to_string());
        }
        AccountSource::Parts {
            site,
            email,
            key_file,
        } => {
            table["site"] = value(site.as_str());
            table["email"] = value(email.as_str());
            table["key_file"] = value(absolute(key_file).display().to_string());
        }
        AccountSource::Kept(_) => return None,
    }
    Some(table)
}
