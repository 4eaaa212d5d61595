//! What holds for the whole workspace and is easily forgotten.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    fs_err::read_to_string(root().join(path)).unwrap()
}

/// What each crate imports of ours; the design page has the same table.
const IMPORTS: &[(&str, &[&str])] = &[
    ("diag", &[]),
    ("api", &[]),
    ("markup", &[]),
    ("settings", &["api", "diag"]),
    ("outbox", &["api", "settings", "diag"]),
    ("notify", &["api", "settings", "markup", "outbox", "diag"]),
    (
        "integrations",
        &["notify", "settings", "markup", "outbox", "diag"],
    ),
    ("bots", &["api", "settings", "markup", "outbox", "diag"]),
    ("catalog", &["bots", "diag"]),
    ("sim", &["api", "markup"]),
];

#[test]
fn no_crate_imports_upward() {
    for (name, allowed) in IMPORTS {
        let manifest = read(&format!("crates/{name}/Cargo.toml"));
        let dependencies = manifest.split("[dev-dependencies]").next().unwrap();
        let imported: BTreeSet<&str> = dependencies
            .lines()
            .filter_map(|line| line.strip_prefix("zulipkit-")?.split(['.', ' ']).next())
            .collect();
        for import in &imported {
            assert!(
                allowed.contains(import),
                "crate {name} may not import {import}"
            );
        }
    }
    let crates: BTreeSet<String> = fs_err::read_dir(root().join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let known: BTreeSet<String> = IMPORTS
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .chain(["cli".to_owned()])
        .collect();
    assert_eq!(crates, known);
}

#[test]
fn one_tls_provider_and_no_openssl() {
    let lock = read("Cargo.lock");
    for banned in ["aws-lc-rs", "aws-lc-sys", "openssl-sys", "native-tls"] {
        assert!(
            !lock.contains(&format!("name = \"{banned}\"")),
            "{banned} came in; see deny.toml"
        );
    }
}

#[test]
fn every_page_is_in_the_book_and_every_link_leads_somewhere() {
    let book = root().join("docs/src");
    let summary = read("docs/src/SUMMARY.md");
    let mut pages = vec![root().join("README.md"), root().join("CONTRIBUTING.md")];
    for page in walk(&book)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
    {
        let name = page
            .strip_prefix(&book)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        assert!(
            name == "SUMMARY.md" || summary.contains(&format!("({name})")),
            "{name} is not in SUMMARY.md"
        );
        pages.push(page);
    }
    for page in pages {
        let text = fs_err::read_to_string(&page).unwrap();
        let prose: String = outside_code(&text);
        for target in prose
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let file = target.split('#').next().unwrap();
            if file.is_empty() || file.contains("://") {
                continue;
            }
            assert!(
                page.parent().unwrap().join(file).exists(),
                "{} links to {target}",
                page.display()
            );
        }
    }
}

/// Leaves code spans, fenced and indented code out: what looks like a link there is an example.
fn outside_code(text: &str) -> String {
    let mut fenced = false;
    let mut prose = String::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced && !line.starts_with("    ") {
            prose.extend(line.split('`').step_by(2));
            prose.push('\n');
        }
    }
    prose
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs_err::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(walk(&path));
        } else {
            files.push(path);
        }
    }
    files
}
