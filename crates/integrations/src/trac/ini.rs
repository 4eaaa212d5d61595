//! The section `[zulip]` of trac.ini: what the plugin needs, and for those who like one file the usual settings too.

use std::path::Path;

use toml_edit::{Array, DocumentMut, value};
use zulipkit_diag::Result;
use zulipkit_settings::Loaded;
use zulipkit_settings::ini::Ini;

use super::options::{DEFAULTS, Settings};

/// The section's name.
pub(super) const SECTION: &str = "zulip";

/// Says whether a file is one of Trac's own.
pub(super) fn is_trac_ini(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "trac.ini")
}

/// Reads the settings in trac.ini: `zuliprc`, and if they are set `channel`, `topic`, `style` and `fields`.
///
/// The account is the zuliprc itself, which the deliverer can read again without knowing anything of Trac.
///
/// # Errors
/// If the file cannot be read, others may write it, or a value is wrong.
pub(super) fn read(path: &Path) -> Result<Loaded<Settings>> {
    let text = zulipkit_settings::file::read_trusted(path)?;
    let ini = Ini::parse(path, &text)?;
    let translated = translate(path, &ini)?;
    let mut loaded = zulipkit_settings::read_text::<Settings>(DEFAULTS, path, &translated)?;
    loaded.path = None;
    Ok(loaded)
}

/// Writes the settings file that means the same.
fn translate(path: &Path, ini: &Ini) -> Result<String> {
    let get = |name| ini.get(SECTION, name).filter(|value| !value.is_empty());
    let zuliprc = path.with_file_name(ini.require(SECTION, "zuliprc")?);
    let mut document = DocumentMut::new();
    document["zulip"]["zuliprc"] = value(zuliprc.display().to_string());
    if get("channel").is_some() || get("topic").is_some() {
        let mut route = toml_edit::Table::new();
        route["channel"] = value(get("channel").unwrap_or("trac"));
        if let Some(topic) = get("topic") {
            route["topic"] = value(topic);
        }
        document["route"] = toml_edit::Item::ArrayOfTables([route].into_iter().collect());
    }
    if let Some(style) = get("style") {
        document["templates"]["style"] = value(style);
    }
    if let Some(fields) = get("fields") {
        let fields = fields.split(',').map(str::trim);
        let fields: Array = fields.filter(|field| !field.is_empty()).collect();
        document["trac"]["fields"] = value(fields);
    }
    Ok(document.to_string())
}

/// Returns the file's text with an option of the section set; all else stays as it is.
pub(super) fn with_option(text: &str, name: &str, content: &str) -> String {
    let line = format!("{name} = {content}");
    let mut lines: Vec<&str> = text.lines().collect();
    let header = lines.iter().position(|line| line.trim() == "[zulip]");
    let Some(header) = header else {
        return format!("{}\n\n[zulip]\n{line}\n", text.trim_end_matches('\n'));
    };
    let section = lines[header + 1..]
        .iter()
        .take_while(|line| !line.starts_with('['));
    let old = section.clone().position(|line| {
        line.split_once(['=', ':'])
            .is_some_and(|(option, _)| option.trim() == name)
    });
    match old {
        Some(old) => lines[header + 1 + old] = &line,
        None => lines.insert(header + 1, &line),
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_is_set_and_all_else_stays() {
        assert_eq!(
            with_option("[a]\nb = 1\n", "program", "/p"),
            "[a]\nb = 1\n\n[zulip]\nprogram = /p\n"
        );
        assert_eq!(
            with_option("[zulip]\nx = 1\n[b]\nprogram = no\n", "program", "/p"),
            "[zulip]\nprogram = /p\nx = 1\n[b]\nprogram = no\n"
        );
        assert_eq!(
            with_option("[zulip]\nx = 1\nprogram = old\n[b]\n", "program", "/p"),
            "[zulip]\nx = 1\nprogram = /p\n[b]\n"
        );
    }
}
