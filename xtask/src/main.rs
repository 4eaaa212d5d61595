//! Writes the files that are generated from the code (`cargo xtask generate`), or checks that they are as the code would
//! write them (`cargo xtask check`).

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

mod commands;
mod environment;

fn main() -> Result<()> {
    let files = [
        (
            PathBuf::from("docs/src/reference/commands.md"),
            commands::page(),
        ),
        (
            PathBuf::from("docs/src/reference/environment.md"),
            environment::page(),
        ),
        (
            PathBuf::from("docs/src/reference/fossil.schema.json"),
            schema::<zulipkit_integrations::fossil::Settings>()?,
        ),
        (
            PathBuf::from("docs/src/reference/git.schema.json"),
            schema::<zulipkit_integrations::git::Settings>()?,
        ),
        (
            PathBuf::from("docs/src/reference/jenkins.schema.json"),
            schema::<zulipkit_integrations::jenkins::Settings>()?,
        ),
        (
            PathBuf::from("docs/src/reference/perforce.schema.json"),
            schema::<zulipkit_integrations::perforce::Settings>()?,
        ),
        (
            PathBuf::from("docs/src/reference/cvs.schema.json"),
            schema::<zulipkit_integrations::cvs::Settings>()?,
        ),
        (
            PathBuf::from("docs/src/reference/svn.schema.json"),
            schema::<zulipkit_integrations::svn::Settings>()?,
        ),
        (
            PathBuf::from("docs/src/reference/hg.schema.json"),
            schema::<zulipkit_integrations::hg::Settings>()?,
        ),
        (
            PathBuf::from("docs/src/reference/bzr.schema.json"),
            schema::<zulipkit_integrations::bzr::Settings>()?,
        ),
        (
            PathBuf::from("docs/src/reference/trac.schema.json"),
            schema::<zulipkit_integrations::trac::Settings>()?,
        ),
    ];
    match std::env::args().nth(1).as_deref() {
        Some("generate") => files.iter().try_for_each(|(path, text)| write(path, text)),
        Some("check") => files.iter().try_for_each(|(path, text)| check(path, text)),
        _ => bail!("usage: cargo xtask generate|check"),
    }
}

/// The JSON Schema of an integration's settings file, for editors.
fn schema<S: schemars::JsonSchema>() -> Result<String> {
    let schema = schemars::schema_for!(S);
    Ok(serde_json::to_string_pretty(&schema)? + "\n")
}

fn write(path: &Path, text: &str) -> Result<()> {
    let path = root().join(path);
    fs_err::create_dir_all(path.parent().context("a generated file has a folder")?)?;
    Ok(fs_err::write(path, text)?)
}

fn check(path: &Path, text: &str) -> Result<()> {
    let found = fs_err::read_to_string(root().join(path)).unwrap_or_default();
    if found != text {
        bail!(
            "{} is not what the code would write; run `cargo xtask generate`",
            path.display()
        );
    }
    Ok(())
}

/// The workspace's folder.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
