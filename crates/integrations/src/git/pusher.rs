//! What is known about a push as a whole: which repository, and who pushed.

use super::facts::{Person, Place, Push};
use super::options::Settings;
use super::presets::Preset;
use super::repository::Repository;
use crate::vcs::Links;
use zulipkit_settings::Environment;

/// Where hosting software says the repository's name with its groups: GitLab, Gitolite.
const REPOSITORY: &[&str] = &["GL_PROJECT_PATH", "GL_REPO"];

/// Where hosting software says who pushed: GitLab, Gitea and Forgejo, Gitolite, web servers.
const PUSHER: &[&str] = &["GL_USERNAME", "GITEA_PUSHER_NAME", "GL_USER", "REMOTE_USER"];

/// How many push options are taken.
const MOST_PUSH_OPTIONS: usize = 100;

/// Gathers what all events of a push have in common.
pub(super) fn describe(repository: &Repository, settings: &Settings) -> (Push, Links) {
    let environment = repository.environment();
    let options = &settings.git;
    let repo_path = options
        .repo
        .clone()
        .or_else(|| hosted_name(environment))
        .unwrap_or_else(|| repository.name());
    let (place, links) = Place::of(
        repo_path,
        pusher(environment, settings),
        options.links.map(Preset::templates),
        &options.urls,
        options.url.as_ref(),
    );
    let push = Push {
        place,
        push_options: push_options(environment),
    };
    (push, links)
}

fn hosted_name(environment: &Environment) -> Option<String> {
    let gitea = || {
        let name = environment.text("GITEA_REPO_NAME")?;
        let owner = environment.text("GITEA_REPO_USER_NAME");
        Some(owner.map_or(name.clone(), |owner| format!("{owner}/{name}")))
    };
    let name = first(environment, REPOSITORY).or_else(gitea)?;
    let name = name.trim_matches('/');
    let name = name.strip_suffix(".git").unwrap_or(name);
    (!name.is_empty()).then(|| name.to_owned())
}

fn pusher(environment: &Environment, settings: &Settings) -> Option<Person> {
    let people = &settings.people;
    if let Some(name) = first(environment, PUSHER) {
        let person = match environment.text("GITEA_PUSHER_EMAIL") {
            Some(email) => people.person(&name, &email),
            None => people.login(&name),
        };
        return Some(person);
    }
    people.unix_user(environment, &settings.git.shared_users)
}

fn first(environment: &Environment, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| environment.text(name))
}

fn push_options(environment: &Environment) -> Vec<String> {
    let count = environment
        .text("GIT_PUSH_OPTION_COUNT")
        .and_then(|count| count.parse().ok())
        .unwrap_or(0)
        .min(MOST_PUSH_OPTIONS);
    (0..count)
        .filter_map(|at| environment.text(&format!("GIT_PUSH_OPTION_{at}")))
        .collect()
}
