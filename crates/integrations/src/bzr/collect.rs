//! From what the plugin says to events.

use jiff::Timestamp;
use zulipkit_diag::Result;

use super::facts::{Branch, Commit, Files, Place, Removed, Update};
use super::options::Settings;
use super::presets::Preset;
use super::repository::Repository;
use super::said::{self, Changed, Revision, Tip};
use crate::driver::Call;
use crate::plugin::{self, Said};
use crate::vcs::{
    Added, Arriving, Change, Collected, Ends, Gathering, LONGEST, Links, Listing, MOST_PATHS,
    Merges, Side, beginning, subject_or_placeholder,
};

/// Reads what the plugin said. What cannot be read is a warning.
pub fn collect(
    call: &Call,
    repository: &Repository,
    settings: &Settings,
    now: Timestamp,
) -> Collected {
    let (said, warnings) = plugin::read(&call.input);
    let mut collected = Collected {
        warnings,
        ..Collected::default()
    };
    for said in said {
        match branch(&said, repository, settings) {
            Ok(Told::Event(kind, facts)) => {
                collected.tell(super::NAME, kind, &facts, said.happened(now));
            }
            Ok(Told::Skipped(branch)) => collected.skipped.push(branch),
            Err(warning) => collected.warnings.push(warning),
        }
    }
    collected
}

enum Told {
    /// An event of this kind.
    Event(&'static str, Box<Branch>),
    /// The newest revision of this branch asks not to be told.
    Skipped(String),
}

fn branch(said: &Said, repository: &Repository, settings: &Settings) -> Result<Told> {
    if said.kind != "changed" {
        return Err(said.unknown_kind());
    }
    let changed: Changed = said.facts()?;
    let incomplete = changed.added.is_none();
    let (added, removed) = (
        changed.added.unwrap_or_default(),
        changed.removed.unwrap_or_default(),
    );
    let kind = match (&changed.old, &changed.new) {
        _ if removed.count > 0 => "rewrite",
        (Some(_), None) => "rewrite",
        (None, _) => "create",
        _ => "push",
    };
    let options = &settings.bzr;
    let repo = options.repo.clone().unwrap_or_else(|| repository.name());
    let branch = name(repository, changed.name, changed.nick);
    let repo_path = match branch == repo {
        true => repo.clone(),
        false => format!("{repo}/{branch}"),
    };
    let preset = options.links.map(Preset::templates);
    let url = options.url.as_ref();
    let links = Links::new(preset, &options.urls, url, &repo, &repo_path);
    let new = side(&added, settings);
    if new.says(&options.skip) {
        return Ok(Told::Skipped(branch));
    }
    let ends = changed.old.as_ref().zip(changed.new.as_ref());
    let files = changed.files;
    let update = Update {
        branch_url: links.branch(&branch),
        branch,
        ends: Ends::of(
            changed.old.as_ref().map(both),
            changed.new.as_ref().map(both),
            &links,
        ),
        added: Added {
            count: added.count,
            merges: added.merges,
            more: added.count.saturating_sub(new.commits.len()),
            ..new.linked(&links).added()
        },
        compare_url: ends.and_then(|(old, new)| links.compare(&old.id, &new.id)),
        files: settings
            .want_files()
            .then(|| list(&files, changed.new.as_ref(), &links, options.commits)),
        paths: files
            .into_iter()
            .take(MOST_PATHS)
            .map(|file| file.path)
            .collect(),
        incomplete,
    };
    let gone = side(&removed, settings);
    let facts = Branch {
        place: Place {
            repo_url: links.repository.clone(),
            pusher: settings
                .people
                .unix_user(repository.environment(), &options.shared_users),
            repo,
            repo_path,
        },
        source: changed.source,
        removed: Removed {
            removed_count: removed.count,
            removed_more: removed.count.saturating_sub(gone.commits.len()),
            ..gone.removed()
        },
        update,
    };
    Ok(Told::Event(kind, Box::new(facts)))
}

fn both(tip: &Tip) -> (&str, String) {
    (&tip.id, number(tip.revno))
}

/// Returns what people call the branch. In a shared repository its path says more than a nick, which branches inherit.
fn name(repository: &Repository, name: Option<String>, nick: Option<String>) -> String {
    let nick = nick.filter(|_| !repository.is_shared());
    name.or(nick).unwrap_or_else(|| repository.branch())
}

/// Writes a revision's number as people do.
fn number(revno: u64) -> String {
    format!("r{revno}")
}

/// Lists revisions. In a branch's main line a merge is where its work came, so it is listed as all others are.
fn side(said: &said::Side, settings: &Settings) -> Side {
    let listing = Listing {
        limit: settings.bzr.commits,
        merges: Merges::Show,
        people: &settings.people,
    };
    let mut gathering = Gathering::default();
    for revision in &said.revisions {
        let author = &revision.author;
        gathering.take(
            listing,
            Arriving {
                merge: revision.merge,
                author: (author.name.as_str(), author.email.as_str()),
                message: &|| revision.message.clone(),
                commit: || commit(revision, listing),
            },
        );
    }
    gathering.finish(listing.merges)
}

fn commit(revision: &Revision, listing: Listing<'_>) -> Commit {
    let message = revision.message.trim();
    let (subject, body) = message.split_once('\n').unwrap_or((message, ""));
    let person = |user: &said::User| listing.people.person(&user.name, &user.email);
    Commit {
        id: revision.id.clone(),
        short: number(revision.revno),
        subject: subject_or_placeholder(&subject[..subject.floor_char_boundary(LONGEST)]),
        body: beginning(body.trim().as_bytes()),
        author: person(&revision.author),
        committer: person(&revision.committer),
        date: revision.date.clone(),
        merge: revision.merge,
        url: None,
    }
}

fn list(said: &[said::File], new: Option<&Tip>, links: &Links, most: usize) -> Files {
    let changes = said.iter().map(|file| {
        let change = match file.change.as_str() {
            "added" => Change::Added,
            "deleted" => Change::Deleted,
            _ => Change::Modified,
        };
        (file.path.as_str(), change)
    });
    Files::of(changes, most, |path| links.file(&new?.id, path))
}
