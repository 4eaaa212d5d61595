//! The top-level domains that make a link of a bare name.

use std::collections::HashSet;
use std::sync::LazyLock;

/// All top-level domains, except those that are common endings of file names (`java`, `md`, `mov`,
/// `py`, `zip`).
static TOP_LEVEL: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("top-level-domains.txt").lines().collect());

/// Tells whether a name, such as `example.com`, is taken for a domain. Only lower case counts for
/// its ending.
pub(super) fn is_domain(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(rest, ending)| {
        TOP_LEVEL.contains(ending) && rest.split('.').all(|label| !label.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_no_domains() {
        for name in [
            "example.com",
            "build.sh",
            "main.rs",
            "-a.com",
            "a_b.com",
            "xn--p1ai.xn--p1ai",
        ] {
            assert!(is_domain(name), "{name}");
        }
        for name in [
            "foo.py",
            "README.md",
            "a.zip",
            ".com",
            "com",
            "a..com",
            "E.COM",
            "1.2.3",
            "i.e",
        ] {
            assert!(!is_domain(name), "{name}");
        }
    }
}
