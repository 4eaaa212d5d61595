//! The lines in an hgrc that let Mercurial call the hooks. What else stands there is left as it is, comments included.

use std::path::{Path, PathBuf};

use zulipkit_settings::hgrc::{self, Item};

use crate::vcs::{program_of, quoted};

const SECTION: &str = "hooks";

/// What the old hook's line has in it: the name of its Python module.
const OLD_HOOK: &str = "zulip_changegroup";

/// What there is of a hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// Nothing.
    Absent,
    /// A line that calls a program which is there.
    Ours,
    /// A line that calls a program which is not there any more.
    Dangling(PathBuf),
}

/// Returns the name of the line for a hook. The suffix leaves room for other people's hooks of the same kind.
pub(super) fn name(hook: &str) -> String {
    format!("{hook}.zulipkit")
}

/// Returns the command for a hook, as the shell reads it.
pub(super) fn command(program: &Path, hook: &str) -> String {
    let program = quoted(&program.display().to_string());
    format!("{program} hg {hook}")
}

/// Looks for the line of a hook.
pub(super) fn find(text: &str, hook: &str) -> Line {
    let items = hgrc::items(text);
    match ours(&items, hook).map(|item| program_of(&item.value)) {
        None => Line::Absent,
        Some(program) if program.is_absolute() && !program.exists() => Line::Dangling(program),
        Some(_) => Line::Ours,
    }
}

/// Returns the text with this hook in it: a line that is there gets the command, or else there is a new one.
pub(super) fn with(text: &str, hook: &str, command: &str) -> String {
    let items = hgrc::items(text);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if let Some(item) = ours(&items, hook) {
        let line = format!("{} = {command}", item.name);
        lines.splice(item.lines.clone(), [line]);
    } else {
        let line = format!("{} = {command}", name(hook));
        let at = end_of_section(&lines).unwrap_or_else(|| {
            if !lines.is_empty() {
                lines.push(String::new());
            }
            lines.push(format!("[{SECTION}]"));
            lines.len()
        });
        lines.insert(at, line);
    }
    lines.push(String::new());
    lines.join("\n")
}

/// Returns the line of the old hook in Python, which Mercurial cannot run any more.
pub(super) fn old_hook(text: &str) -> Option<String> {
    let items = hgrc::items(text);
    let mut hooks = items.iter().filter(|item| item.section == SECTION);
    let item = hooks.find(|item| item.value.contains(OLD_HOOK))?;
    Some(format!("{} = {}", item.name, item.value))
}

fn ours<'a>(items: &'a [Item], hook: &str) -> Option<&'a Item> {
    let of_hook =
        |item: &&Item| item.section == SECTION && item.name.split('.').next() == Some(hook);
    let mut items = items.iter().rev().filter(of_hook);
    items.find(|item| item.value.contains("zulipkit"))
}

/// Returns where the last line of the last section of hooks ends.
fn end_of_section(lines: &[String]) -> Option<usize> {
    let start = lines
        .iter()
        .rposition(|line| hgrc::header(line) == Some(SECTION))?;
    let rest = lines[start + 1..].iter();
    let length = rest.take_while(|line| hgrc::header(line).is_none()).count();
    let section = &lines[start..=start + length];
    let last = section.iter().rposition(|line| !line.trim().is_empty());
    Some(start + last.unwrap_or(0) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMAND: &str = "/usr/bin/zulipkit hg changegroup";

    #[test]
    fn a_line_is_added_to_what_is_there() {
        let text = "# Mine.\n[hooks]\n# Checks.\npretxncommit = check\n\n[ui]\nssh = x\n";
        assert_eq!(
            with(text, "changegroup", COMMAND),
            "# Mine.\n[hooks]\n# Checks.\npretxncommit = check\nchangegroup.zulipkit = /usr/bin/zulipkit hg changegroup\n\n\
             [ui]\nssh = x\n"
        );
        assert_eq!(
            with("[ui]\nssh = x\n", "changegroup", COMMAND),
            "[ui]\nssh = x\n\n[hooks]\nchangegroup.zulipkit = /usr/bin/zulipkit hg changegroup\n"
        );
        let alone = "[hooks]\nchangegroup.zulipkit = /usr/bin/zulipkit hg changegroup\n";
        assert_eq!(with("", "changegroup", COMMAND), alone);
        assert_eq!(with("[hooks]", "changegroup", COMMAND), alone);
    }

    #[test]
    fn a_line_to_a_program_that_is_gone_is_found_and_replaced() {
        let text =
            "[hooks]\nchangegroup = '/no such/zulipkit' hg changegroup\n  --strict\nincoming = x\n";
        assert_eq!(
            find(text, "changegroup"),
            Line::Dangling("/no such/zulipkit".into())
        );
        assert_eq!(find(text, "incoming"), Line::Absent);
        let mended = "[hooks]\nchangegroup = /bin/sh hg changegroup\nincoming = x\n";
        assert_eq!(with(text, "changegroup", "/bin/sh hg changegroup"), mended);
        assert_eq!(
            find(
                "[hooks]\nchangegroup.z = zulipkit hg changegroup\n",
                "changegroup"
            ),
            Line::Ours
        );
    }

    #[test]
    fn commands_are_quoted_for_the_shell_and_the_old_hook_is_known() {
        assert_eq!(
            command(Path::new("/opt/a b/it's"), "changegroup"),
            r"'/opt/a b/it'\''s' hg changegroup"
        );
        let text = "[hooks]\nchangegroup = python:zulip_changegroup.hook\n";
        assert_eq!(
            old_hook(text).as_deref(),
            Some("changegroup = python:zulip_changegroup.hook")
        );
        assert_eq!(find(text, "changegroup"), Line::Absent);
    }
}
