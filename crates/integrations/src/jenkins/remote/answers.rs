//! What the JSON API answers. Everything that an old or odd Jenkins may leave out is optional.

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny};

/// What lies in a folder.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Folder {
    #[serde(rename = "_class", default)]
    pub(crate) class: Option<String>,
    #[serde(default)]
    pub(crate) jobs: Option<Vec<Item>>,
}

/// A job or a folder.
#[derive(Debug, Deserialize)]
pub(crate) struct Item {
    #[serde(rename = "_class", default)]
    pub(crate) class: Option<String>,
    pub(crate) name: String,
    #[serde(rename = "lastCompletedBuild", default)]
    pub(crate) last: Option<Last>,
    /// Present in folders alone.
    #[serde(default)]
    pub(crate) jobs: Option<Vec<Self>>,
}

/// A job's newest build that is finished.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Last {
    pub(crate) number: u64,
    #[serde(default)]
    pub(crate) timestamp: i64,
    #[serde(default)]
    pub(crate) result: Option<String>,
}

/// A job with its builds, newest first.
#[derive(Debug, Deserialize)]
pub(crate) struct Builds {
    #[serde(default)]
    pub(crate) url: Option<String>,
    #[serde(rename = "allBuilds", default)]
    pub(crate) builds: Vec<Outline>,
}

/// A build in a list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Outline {
    pub(crate) number: u64,
    #[serde(default)]
    pub(crate) building: bool,
    #[serde(default)]
    pub(crate) result: Option<String>,
    /// When it started, in milliseconds since 1970.
    #[serde(default)]
    pub(crate) timestamp: i64,
    /// How long it took, in milliseconds; 0 while it runs.
    #[serde(default)]
    pub(crate) duration: i64,
}

impl Outline {
    /// Returns when it ended, in milliseconds since 1970.
    pub(crate) fn end(&self) -> i64 {
        self.timestamp.saturating_add(self.duration.max(0))
    }
}

/// A build with all that is told of it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Build {
    pub(super) display_name: Option<String>,
    pub(super) url: Option<String>,
    pub(super) description: Option<String>,
    #[serde(default)]
    pub(super) actions: Vec<Option<Action>>,
    pub(super) change_set: Option<ChangeSet>,
    #[serde(default)]
    pub(super) change_sets: Vec<ChangeSet>,
    #[serde(default)]
    pub(super) culprits: Vec<User>,
    #[serde(default)]
    pub(super) artifacts: Vec<Artifact>,
}

/// Something that a plugin adds to a build; most are empty here.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Action {
    pub(super) causes: Vec<Cause>,
    pub(super) fail_count: Option<u64>,
    pub(super) skip_count: Option<u64>,
    pub(super) total_count: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Cause {
    #[serde(default)]
    pub(super) short_description: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct ChangeSet {
    #[serde(default)]
    pub(super) items: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry {
    pub(super) commit_id: Option<String>,
    pub(super) id: Option<String>,
    pub(super) msg: Option<String>,
    pub(super) author_email: Option<String>,
    pub(super) author: Option<User>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct User {
    pub(super) id: Option<String>,
    pub(super) full_name: Option<String>,
    #[serde(default)]
    pub(super) property: Vec<Property>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Property {
    #[serde(default)]
    pub(super) address: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Artifact {
    pub(super) relative_path: String,
}

/// The tests of a build; those of a job with modules lie in reports of their own.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TestReport {
    #[serde(default)]
    suites: Vec<Suite>,
    #[serde(default)]
    child_reports: Vec<ChildReport>,
}

#[derive(Debug, Deserialize)]
struct ChildReport {
    result: TestReport,
}

#[derive(Debug, Deserialize)]
struct Suite {
    #[serde(default, deserialize_with = "failed")]
    cases: Vec<Case>,
}

/// One test.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Case {
    pub(super) class_name: Option<String>,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    status: String,
    pub(super) error_details: Option<String>,
}

impl Case {
    fn has_failed(&self) -> bool {
        matches!(self.status.as_str(), "FAILED" | "REGRESSION")
    }
}

impl TestReport {
    /// Returns the tests that failed.
    pub(super) fn failed(self) -> Vec<Case> {
        let children = self
            .child_reports
            .into_iter()
            .flat_map(|child| child.result.failed());
        let own = self.suites.into_iter().flat_map(|suite| suite.cases);
        own.chain(children).collect()
    }
}

/// Keeps the failed ones alone while reading: there may be a hundred thousand of others.
fn failed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Case>, D::Error> {
    struct Failed;
    impl<'de> serde::de::Visitor<'de> for Failed {
        type Value = Vec<Case>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a list of tests")
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(Vec::new())
        }

        fn visit_seq<A: serde::de::SeqAccess<'de>>(
            self,
            mut tests: A,
        ) -> Result<Self::Value, A::Error> {
            let mut failed = Vec::new();
            while failed.len() < super::MOST_TESTS {
                match tests.next_element::<Case>()? {
                    Some(case) if case.has_failed() => failed.push(case),
                    Some(_) => {}
                    None => return Ok(failed),
                }
            }
            while tests.next_element::<IgnoredAny>()?.is_some() {}
            Ok(failed)
        }
    }
    deserializer.deserialize_any(Failed)
}
