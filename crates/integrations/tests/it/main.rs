//! The integrations against the real products.

/// Git: pushes into real repositories.
mod git;
/// Mercurial: pushes to real repositories.
mod hg;
/// Jenkins, as far as it can be had: a stand-in with its JSON API.
mod jenkins;
/// Nothing that an integration needs is forgotten.
mod registry;
/// Subversion: commits to real repositories.
mod svn;

/// Takes the comment signs away from the examples in annotated default settings.
fn uncommented(defaults: &str) -> String {
    let example = |line: &&str| {
        line.starts_with('[')
            || line.split_once('=').is_some_and(|(name, _)| {
                !name.trim().contains([' ', '{', '.']) || name.starts_with('"')
            })
    };
    let lines = defaults.lines().filter_map(|line| {
        line.strip_prefix("# ")
            .filter(example)
            .or((!line.starts_with('#')).then_some(line))
    });
    lines.collect::<Vec<_>>().join("\n")
}
