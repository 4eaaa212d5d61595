//! What a push did, ref by ref.

use super::input::{ObjectId, RefUpdate};

/// What happened to a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BranchChange<'a> {
    Moved(&'a RefUpdate),
    Created(&'a RefUpdate),
    Deleted(&'a RefUpdate),
    /// Deleted under one name and created under another at the same commit.
    Renamed {
        from: &'a RefUpdate,
        to: &'a RefUpdate,
    },
}

/// The refs of one push by class, each class in the order in which Git named them.
#[derive(Debug, Default)]
pub(super) struct Changes<'a> {
    pub(super) branches: Vec<BranchChange<'a>>,
    pub(super) tags: Vec<&'a RefUpdate>,
    /// Notes, pull requests and whatever else lives under `refs/`.
    pub(super) others: Vec<&'a RefUpdate>,
}

impl<'a> Changes<'a> {
    pub(super) fn of(updates: &'a [RefUpdate]) -> Self {
        let mut changes = Self::default();
        let mut branches = Vec::new();
        for update in updates.iter().filter(|update| update.old != update.new) {
            if update.name.strip_prefix("refs/heads/").is_some() {
                branches.push(update);
            } else if update.name.strip_prefix("refs/tags/").is_some() {
                changes.tags.push(update);
            } else {
                changes.others.push(update);
            }
        }
        changes.branches = pair_renames(&branches);
        changes
    }
}

fn pair_renames<'a>(branches: &[&'a RefUpdate]) -> Vec<BranchChange<'a>> {
    let mut deleted: Vec<&RefUpdate> = branches
        .iter()
        .copied()
        .filter(|update| update.new.is_null())
        .collect();
    let mut changes = Vec::new();
    for &update in branches.iter().filter(|update| !update.new.is_null()) {
        let from = deleted
            .iter()
            .position(|gone| gone.old == update.new)
            .filter(|_| update.old.is_null())
            .map(|at| deleted.remove(at));
        changes.push(match from {
            Some(from) => BranchChange::Renamed { from, to: update },
            None if update.old.is_null() => BranchChange::Created(update),
            None => BranchChange::Moved(update),
        });
    }
    changes.extend(deleted.into_iter().map(BranchChange::Deleted));
    changes
}

/// What the repository held before a push, as far as the push says so, and what its other messages list.
///
/// A commit is new when it can be reached from none of these. New branches of one push share their commits: the first
/// lists them.
#[derive(Debug)]
pub(super) struct Known<'a> {
    pub(super) pushed: &'a [RefUpdate],
    pub(super) ids: Vec<&'a ObjectId>,
}

impl<'a> Known<'a> {
    pub(super) fn before(updates: &'a [RefUpdate]) -> Self {
        let old = updates.iter().map(|update| &update.old);
        let moved = updates
            .iter()
            .filter(|update| !update.old.is_null())
            .filter(|update| update.name.strip_prefix("refs/heads/").is_some())
            .map(|update| &update.new);
        Self {
            pushed: updates,
            ids: old.chain(moved).filter(|id| !id.is_null()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::input::parse;
    use super::*;

    #[test]
    fn a_deletion_and_a_creation_at_one_commit_are_a_rename() {
        let (zero, one, two) = ("0".repeat(40), "1".repeat(40), "2".repeat(40));
        let input = format!(
            "{one} {zero} refs/heads/feature/x\n\
             {two} {zero} refs/heads/gone\n\
             {zero} {one} refs/heads/feature/y\n\
             {zero} {one} refs/heads/feature/z\n\
             {one} {two} refs/heads/main\n\
             {one} {one} refs/heads/still\n\
             {zero} {one} refs/notes/commits\n\
             {zero} {one} refs/tags/v1\n"
        );
        let (updates, _) = parse(input.as_bytes());
        let changes = Changes::of(&updates);
        assert_eq!(
            changes.branches,
            [
                BranchChange::Renamed {
                    from: &updates[0],
                    to: &updates[2]
                },
                BranchChange::Created(&updates[3]),
                BranchChange::Moved(&updates[4]),
                BranchChange::Deleted(&updates[1]),
            ]
        );
        assert_eq!(changes.tags, [&updates[7]]);
        assert_eq!(changes.others, [&updates[6]]);
    }
}
