use std::collections::VecDeque;

use super::answers::{Folder, Item, Last};
use super::query::PAGE;
use crate::jenkins::tell::decoded;

/// A job with its newest finished build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its full name as Jenkins writes it, `Shop/api/release%2F1.0`.
    pub name: String,
    /// Whether a multibranch project made it for a branch.
    pub(crate) of_branch: bool,
    /// Its newest finished build.
    pub(crate) last: Option<Last>,
}

impl Job {
    /// Returns the full path as people read it.
    pub fn path(&self) -> String {
        decoded(&self.name)
    }

    /// Returns the branch that it builds, if it is a branch's job.
    pub(crate) fn branch(&self) -> Option<String> {
        let part = self.name.rsplit('/').next().unwrap_or_default();
        self.of_branch.then(|| decoded(part))
    }
}

/// The jobs of a controller, as far as they have been read.
///
/// It starts at the top, and then asks for what the answers leave open: further pages of folders with more jobs than a
/// page has, and folders below the depth that one request sees.
#[derive(Debug)]
pub(crate) struct Listing {
    pub(crate) jobs: Vec<Job>,
    /// How many requests it took.
    pub(crate) requests: usize,
    /// When the first answer was given, by the controller's clock.
    pub(crate) date_ms: Option<i64>,
    /// Folders that are to be read, from which entry on.
    open: VecDeque<(String, usize)>,
}

impl Default for Listing {
    fn default() -> Self {
        Self {
            jobs: Vec::new(),
            requests: 0,
            date_ms: None,
            open: [(String::new(), 0)].into(),
        }
    }
}

impl Listing {
    /// Returns the next folder to ask for, and from which entry on.
    pub(crate) fn next_page(&mut self) -> Option<(String, usize)> {
        self.open.pop_front()
    }

    /// Takes an answer in.
    pub(crate) fn add(&mut self, folder: &str, from: usize, answer: Folder, date_ms: Option<i64>) {
        self.requests += 1;
        self.date_ms = self.date_ms.or(date_ms);
        let branches = is_multibranch(answer.class.as_deref());
        self.enter(folder, from, branches, answer.jobs.unwrap_or_default(), 0);
    }

    /// Notes that the folder that was asked for is not there any more.
    pub(crate) fn gone(&mut self) {
        self.requests += 1;
    }

    fn enter(&mut self, folder: &str, from: usize, branches: bool, items: Vec<Item>, depth: usize) {
        if items.len() >= PAGE {
            self.open.push_back((folder.to_owned(), from + items.len()));
        }
        for item in items {
            let name = match folder {
                "" => item.name,
                folder => format!("{folder}/{}", item.name),
            };
            let Some(inner) = item.jobs else {
                self.jobs.push(Job {
                    name,
                    of_branch: branches,
                    last: item.last,
                });
                continue;
            };
            // Of what lies below the last level, only that there is something is known.
            if depth + 1 < super::query::DEPTH {
                let branches = is_multibranch(item.class.as_deref());
                self.enter(&name, 0, branches, inner, depth + 1);
            } else if !inner.is_empty() {
                self.open.push_back((name, 0));
            }
        }
    }
}

fn is_multibranch(class: Option<&str>) -> bool {
    class.is_some_and(|class| class.ends_with("MultiBranchProject"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn names(listing: &Listing) -> Vec<&str> {
        listing.jobs.iter().map(|job| job.name.as_str()).collect()
    }

    fn add(listing: &mut Listing, folder: &str, from: usize, answer: Value) {
        listing.add(folder, from, serde_json::from_value(answer).unwrap(), None);
    }

    #[test]
    fn folders_are_entered_and_branches_known() {
        let mut listing = Listing::default();
        assert_eq!(listing.next_page(), Some((String::new(), 0)));
        add(
            &mut listing,
            "",
            0,
            json!({"_class": "hudson.model.Hudson", "jobs": [
                {"name": "tools", "lastCompletedBuild": {"number": 7, "timestamp": 9}},
                {"name": "new", "lastCompletedBuild": null},
                {"name": "empty", "jobs": []},
                {"name": "Shop", "jobs": [
                    {"_class": "org.jenkinsci.plugins.workflow.multibranch.WorkflowMultiBranchProject", "name": "api",
                     "jobs": [{"name": "release%2F1.0"}]}]}]}),
        );
        assert_eq!(names(&listing), ["tools", "new", "Shop/api/release%2F1.0"]);
        let last = listing.jobs[0].last.as_ref().unwrap();
        assert_eq!((last.number, last.timestamp), (7, 9));
        assert_eq!(listing.jobs[0].branch(), None);
        assert_eq!(listing.jobs[2].branch().as_deref(), Some("release/1.0"));
        assert_eq!(listing.jobs[2].path(), "Shop/api/release/1.0");
        assert_eq!(listing.next_page(), None);
    }

    #[test]
    fn a_full_page_asks_for_the_next_one() {
        let page = |from: usize, count: usize| -> Value {
            (from..from + count)
                .map(|n| json!({"name": format!("job-{n}")}))
                .collect()
        };
        let mut listing = Listing::default();
        listing.next_page();
        add(
            &mut listing,
            "",
            0,
            json!({"jobs": [{"name": "F", "jobs": page(0, PAGE)}]}),
        );
        assert_eq!(listing.next_page(), Some(("F".to_owned(), PAGE)));
        add(&mut listing, "F", PAGE, json!({"jobs": page(PAGE, 3)}));
        assert_eq!(listing.next_page(), None);
        assert_eq!((listing.jobs.len(), listing.requests), (PAGE + 3, 2));
        assert_eq!(listing.jobs.last().unwrap().name, "F/job-1002");
    }

    #[test]
    fn what_lies_deeper_is_asked_for_by_itself() {
        let deep = json!({"name": "d", "jobs": [{"name": "x"}]});
        let tree = ["c", "b", "a"]
            .iter()
            .fold(deep, |inner, name| json!({"name": name, "jobs": [inner]}));
        let mut listing = Listing::default();
        listing.next_page();
        add(&mut listing, "", 0, json!({"jobs": [tree]}));
        assert!(listing.jobs.is_empty());
        assert_eq!(listing.next_page(), Some(("a/b/c/d".to_owned(), 0)));
        add(&mut listing, "a/b/c/d", 0, json!({"jobs": [{"name": "x"}]}));
        assert_eq!(names(&listing), ["a/b/c/d/x"]);
    }
}
