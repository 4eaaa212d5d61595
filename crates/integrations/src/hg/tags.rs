//! Tags, which in Mercurial are lines of the file `.hgtags`.

use super::changeset::is_null;
use super::facts::Action;

/// What a changeset says of one tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TagChange {
    pub(super) name: String,
    pub(super) action: Action,
    /// The changeset that it names, or named if it is gone.
    pub(super) target: String,
    pub(super) old_target: Option<String>,
}

/// Reads the changes of `.hgtags`. For a tag that there was already, Mercurial adds a line of what it named before the
/// line of what it names; a line with the null id takes it away.
pub(super) fn changes(diff: &str) -> Vec<TagChange> {
    let lines = |sign: char| {
        let body = diff.lines().skip_while(|line| !line.starts_with("@@"));
        body.filter_map(move |line| line.strip_prefix(sign)?.split_once(' '))
    };
    let added: Vec<(&str, &str)> = lines('+').collect();
    let removed: Vec<(&str, &str)> = lines('-').collect();
    let mut names: Vec<&str> = Vec::new();
    for (_, name) in added.iter().chain(&removed) {
        if !names.contains(name) {
            names.push(name);
        }
    }
    let ids_of = |lines: &[(&str, &str)], name: &str| -> Vec<String> {
        let mine = lines.iter().filter(|(_, other)| *other == name);
        mine.map(|(id, _)| (*id).to_owned()).collect()
    };
    let change = |name: &&str| change(name, ids_of(&added, name), ids_of(&removed, name));
    names.iter().filter_map(change).collect()
}

/// Says what happened to a tag, by the ids of its lines that were added, and of those that somebody took out by hand.
fn change(name: &str, mut added: Vec<String>, mut removed: Vec<String>) -> Option<TagChange> {
    let last = added.pop();
    let before = added.pop().or_else(|| removed.pop());
    let before = before.filter(|id| !is_null(id));
    let (action, target, old_target) = match (last.filter(|id| !is_null(id)), before) {
        (Some(target), Some(old)) if old != target => (Action::Moved, target, Some(old)),
        // Only the order of the lines has changed.
        (Some(_), Some(_)) | (None, None) => return None,
        (Some(target), None) => (Action::Created, target, None),
        (None, Some(old)) => (Action::Deleted, old, None),
    };
    Some(TagChange {
        name: name.to_owned(),
        action,
        target,
        old_target,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(lines: &str) -> Vec<String> {
        let diff = format!(
            "diff -r a -r b .hgtags\n--- a/.hgtags\n+++ b/.hgtags\n@@ -1,3 +1,5 @@\n 11 x\n{lines}\n"
        );
        let shown = |tag: TagChange| {
            let TagChange {
                name,
                action,
                target,
                old_target,
            } = tag;
            format!("{name} {action:?} {target} {old_target:?}")
        };
        changes(&diff).into_iter().map(shown).collect()
    }

    #[test]
    fn tags_come_move_and_go() {
        assert_eq!(
            shown("+22 v 1.0\n+33 w"),
            ["v 1.0 Created 22 None", "w Created 33 None"]
        );
        assert_eq!(shown("+22 v\n+33 v"), ["v Moved 33 Some(\"22\")"]);
        let null = "0".repeat(40);
        assert_eq!(shown(&format!("+22 v\n+{null} v")), ["v Deleted 22 None"]);
        assert_eq!(shown("-22 v"), ["v Deleted 22 None"]);
        assert_eq!(shown("-22 v\n+22 v"), Vec::<String>::new());
    }
}
