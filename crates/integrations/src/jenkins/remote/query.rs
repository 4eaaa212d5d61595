//! Addresses and `tree` queries of the JSON API, built from names alone.
//!
//! An address that Jenkins names is shown to people, but never asked: it comes from a setting of Jenkins that may be wrong,
//! and the token shall go to no other host.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// How many jobs of a folder one request asks for.
pub(crate) const PAGE: usize = 1000;

/// How many builds of a job one request asks for.
pub(super) const BUILDS: usize = 100;

/// How many levels of folders one request looks into.
pub(super) const DEPTH: usize = 4;

/// What may stand in a part of a path.
const PART: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Returns the address of a job or folder below that of Jenkins, `job/Shop/job/api/`.
///
/// A branch's name holds `%2F` where it has a slash; the percent sign is encoded once more, as Jenkins wants it.
pub(super) fn path(full_name: &str) -> String {
    let parts = full_name.split('/').filter(|part| !part.is_empty());
    parts
        .map(|part| format!("job/{}/", utf8_percent_encode(part, PART)))
        .collect()
}

/// Asks for jobs, and for what lies in the folders among them.
///
/// At the lowest level it asks only whether there is something in a folder.
pub(super) fn jobs(from: usize) -> String {
    let mut tree = "jobs[name]{0,1}".to_owned();
    for level in (0..DEPTH).rev() {
        let from = if level == 0 { from } else { 0 };
        let to = from + PAGE;
        tree =
            format!("jobs[name,lastCompletedBuild[number,timestamp,result],{tree}]{{{from},{to}}}");
    }
    tree
}

/// Asks for a job's builds, newest first, and no more of each than it takes to find those that are new.
pub(super) fn builds(from: usize, to: usize) -> String {
    format!("url,allBuilds[number,building,result,timestamp,duration]{{{from},{to}}}")
}

/// Asks for all that is told of a build.
pub(super) const BUILD: &str = "number,displayName,url,building,result,timestamp,duration,description,\
    actions[causes[shortDescription],failCount,skipCount,totalCount],\
    changeSet[items[commitId,id,msg,authorEmail,author[id,fullName]]],\
    changeSets[items[commitId,id,msg,authorEmail,author[id,fullName]]],\
    culprits[id,fullName,property[address]],artifacts[relativePath]{0,100}";

/// Asks for the tests of a build, with what went wrong.
pub(super) const TESTS: &str = "suites[cases[className,name,status,errorDetails]],\
    childReports[result[suites[cases[className,name,status,errorDetails]]]]";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_made_of_names() {
        assert_eq!(path(""), "");
        assert_eq!(path("Shop/api"), "job/Shop/job/api/");
        assert_eq!(
            path("Shop tools/api/release%2F1.0"),
            "job/Shop%20tools/job/api/job/release%252F1.0/"
        );
    }

    #[test]
    fn a_query_looks_into_folders() {
        let first = jobs(0);
        assert_eq!(first.matches("lastCompletedBuild").count(), 4);
        assert!(
            first.ends_with("{0,1}]{0,1000}]{0,1000}]{0,1000}]{0,1000}"),
            "{first}"
        );
        assert!(jobs(2000).ends_with("]{0,1000}]{2000,3000}"));
    }
}
