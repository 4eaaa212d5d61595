//! What is known about a push as a whole: which repository, and who pushed.

use percent_encoding::percent_decode_str;

use super::facts::{Person, Place, Push};
use super::options::Settings;
use super::presets::Preset;
use super::repository::Repository;
use crate::driver::Call;
use crate::vcs::Links;

/// Where a web server or Heptapod says who pushed.
const PUSHER: &[&str] = &["HEPTAPOD_USERINFO_USERNAME", "REMOTE_USER"];

/// The variables in which Mercurial and servers around it say what happened, each hook in some of them.
pub(super) const VARIABLES: &[&str] = &[
    "HG_NODE",
    "HG_NODE_LAST",
    "HG_OLDNODE",
    "HG_BOOKMARK",
    "HG_TXNNAME",
    "HG_SOURCE",
    "HG_URL",
    "HEPTAPOD_USERINFO_USERNAME",
    "HEPTAPOD_PROJECT_PATH",
    "HEPTAPOD_PROJECT_NAMESPACE_FULL_PATH",
    "REMOTE_USER",
];

/// Gathers what all events of a call have in common.
pub(super) fn describe(call: &Call, repository: &Repository, settings: &Settings) -> (Push, Links) {
    let options = &settings.hg;
    let repo_path = options
        .repo
        .clone()
        .or_else(|| hosted_name(call))
        .unwrap_or_else(|| repository.name());
    let (place, links) = Place::of(
        repo_path,
        pusher(call, repository, settings),
        options.links.map(Preset::templates),
        &options.urls,
        options.url.as_ref(),
    );
    let push = Push {
        place,
        source: source(call),
    };
    (push, links)
}

fn hosted_name(call: &Call) -> Option<String> {
    let name = call.variable("HEPTAPOD_PROJECT_PATH")?;
    let groups = call.variable("HEPTAPOD_PROJECT_NAMESPACE_FULL_PATH");
    Some(groups.map_or(name.clone(), |groups| format!("{groups}/{name}")))
}

fn pusher(call: &Call, repository: &Repository, settings: &Settings) -> Option<Person> {
    let people = &settings.people;
    if let Some(name) = PUSHER.iter().find_map(|name| call.variable(name)) {
        return Some(people.login(&name));
    }
    // The server of a push by HTTP runs as a user of its own, who says nothing about the one who pushed.
    if let Some(user) = call.variable("HG_URL").as_deref().and_then(http_user) {
        return Some(user)
            .filter(|user| !user.is_empty())
            .map(|user| people.login(&user));
    }
    people.unix_user(repository.environment(), &settings.hg.shared_users)
}

/// Returns the user of an address such as `remote:http:192.0.2.7:ada`, which is empty for somebody unknown; nothing for
/// addresses of another kind.
fn http_user(url: &str) -> Option<String> {
    let rest = url.strip_prefix("remote:")?;
    let rest = rest
        .strip_prefix("https:")
        .or_else(|| rest.strip_prefix("http:"))?;
    let (_, user) = rest.rsplit_once(':')?;
    Some(percent_decode_str(user).decode_utf8_lossy().into_owned())
}

fn source(call: &Call) -> String {
    match call.variable("HG_SOURCE").as_deref() {
        // What arrives over HTTP or SSH was pushed.
        Some("serve") => "push".to_owned(),
        Some(source) => source.to_owned(),
        None if call.hook == "commit" => "commit".to_owned(),
        None => "push".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_tells_who_pushed_over_http() {
        assert_eq!(
            http_user("remote:http:192.0.2.7:ada%20l").as_deref(),
            Some("ada l")
        );
        assert_eq!(http_user("remote:https:%3A%3A1:").as_deref(), Some(""));
        assert_eq!(http_user("remote:ssh:192.0.2.7"), None);
        assert_eq!(http_user("file:/srv/hg/website"), None);
    }
}
