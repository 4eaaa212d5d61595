use std::collections::BTreeMap;

use super::{Change, MOST_PATHS};

/// What happened to each path, several commits taken together. They come newest first.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// Nothing for a path that came and went.
    paths: BTreeMap<String, Option<Change>>,
}

impl Changes {
    /// Takes what an older commit did to a path.
    pub(crate) fn take(&mut self, path: String, change: Change) {
        let later = self.paths.get(&path).copied();
        if later.is_none() && self.paths.len() >= MOST_PATHS {
            return;
        }
        let both = match (change, later) {
            (Change::Added, Some(Some(Change::Deleted))) => None,
            (Change::Deleted, Some(Some(Change::Added))) => Some(Change::Modified),
            (Change::Modified, Some(later)) => later,
            (change, _) => Some(change),
        };
        self.paths.insert(path, both);
    }

    /// Returns the paths that are not as they were, with what happened to each.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, Change)> {
        self.paths
            .iter()
            .filter_map(|(path, change)| Some((path.as_str(), (*change)?)))
    }

    /// Returns all paths, those too that came and went.
    pub(crate) fn into_paths(self) -> Vec<String> {
        self.paths.into_keys().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_taken_together_from_the_newest_on() {
        use Change::{Added, Deleted, Modified};
        let both = |later, earlier| {
            let mut changes = Changes::default();
            changes.take("a".to_owned(), later);
            changes.take("a".to_owned(), earlier);
            changes.iter().next().map(|(_, change)| change)
        };
        assert_eq!(both(Deleted, Added), None);
        assert_eq!(both(Added, Deleted), Some(Modified));
        assert_eq!(both(Modified, Added), Some(Added));
        assert_eq!(both(Deleted, Modified), Some(Deleted));
        assert_eq!(both(Modified, Modified), Some(Modified));
    }
}
