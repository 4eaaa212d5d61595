//! Tags: all those of a push at once, in two calls of Git however many there are.

use std::collections::HashMap;

use super::facts::{Action, Person, Tag};
use super::input::{ObjectId, RefUpdate};
use super::repository::{Error, Repository};
use crate::vcs::{LONGEST, Links, People, subject_or_placeholder};

/// How many tags are looked at; of the others only the number is told.
pub(super) const MOST_TAGS: usize = 100;

/// Returns what is known about tags, in their order.
pub(super) fn describe(
    repository: &Repository,
    updates: &[&RefUpdate],
    links: &Links,
    people: &People,
) -> Result<Vec<Tag>, Error> {
    let updates = &updates[..updates.len().min(MOST_TAGS)];
    let objects = Objects::look_up(repository, updates)?;
    Ok(updates
        .iter()
        .map(|update| objects.tag(update, links, people))
        .collect())
}

/// Returns what the push itself says about tags, for the case that Git cannot say more.
pub(super) fn undescribed(updates: &[&RefUpdate], links: &Links, people: &People) -> Vec<Tag> {
    let updates = &updates[..updates.len().min(MOST_TAGS)];
    let nothing = Objects::default();
    updates
        .iter()
        .map(|update| nothing.tag(update, links, people))
        .collect()
}

/// What Git knows about the objects that tags name.
#[derive(Debug, Default)]
struct Objects {
    /// The object at the end of each tag, and whether it is a commit.
    peeled: HashMap<ObjectId, (ObjectId, bool)>,
    /// The tag objects, as Git stores them.
    annotations: HashMap<ObjectId, Vec<u8>>,
}

impl Objects {
    fn look_up(repository: &Repository, updates: &[&RefUpdate]) -> Result<Self, Error> {
        let ids: Vec<&ObjectId> = updates
            .iter()
            .flat_map(|update| [&update.old, &update.new])
            .filter(|id| !id.is_null())
            .collect();
        let mut objects = Self::default();
        let mut annotated = Vec::new();
        for (id, kind, peeled, peeled_kind) in check(repository, &ids)? {
            if kind == "tag" {
                annotated.push(id.clone());
            }
            objects.peeled.insert(id, (peeled, peeled_kind == "commit"));
        }
        if !annotated.is_empty() {
            objects.annotations = contents(repository, &annotated)?;
        }
        Ok(objects)
    }

    fn tag(&self, update: &RefUpdate, links: &Links, people: &People) -> Tag {
        let name = update.name.strip_prefix("refs/tags/").unwrap_or_default();
        let (action, id) = match (update.old.is_null(), update.new.is_null()) {
            (_, true) => (Action::Deleted, &update.old),
            (true, false) => (Action::Created, &update.new),
            (false, false) => (Action::Moved, &update.new),
        };
        let peel = |id: &ObjectId| match self.peeled.get(id) {
            Some((target, commit)) => (target.clone(), *commit),
            None => (id.clone(), false),
        };
        let (target, is_commit) = peel(id);
        let old_target = (action == Action::Moved).then(|| peel(&update.old).0);
        let annotation = self
            .annotations
            .get(id)
            .map(|raw| Annotation::parse(raw, people));
        let annotated = annotation.is_some();
        let annotation = annotation.unwrap_or_default();
        Tag {
            url: (action != Action::Deleted)
                .then(|| links.tag(&name))
                .flatten(),
            target_url: is_commit.then(|| links.commit(target.as_str())).flatten(),
            name,
            action,
            annotated,
            tagger: annotation.tagger,
            subject: annotation.subject,
            body: annotation.body,
            short: target.short().to_owned(),
            target: target.to_string(),
            old_short: old_target.as_ref().map(|id| id.short().to_owned()),
            old_target: old_target.map(|id| id.to_string()),
        }
    }
}

/// Asks for the type of each object and for what it comes to in the end. Objects that are missing are left out.
fn check(
    repository: &Repository,
    ids: &[&ObjectId],
) -> Result<Vec<(ObjectId, String, ObjectId, String)>, Error> {
    let input: String = ids.iter().map(|id| format!("{id}\n{id}^{{}}\n")).collect();
    let mut git = repository.git("cat-file");
    git.process.arg("--batch-check=%(objectname) %(objecttype)");
    let output = git.output_for(input.as_bytes())?;
    let output = String::from_utf8_lossy(&output);
    let mut lines = output.lines();
    let mut found = Vec::new();
    while let (Some(own), Some(peeled)) = (lines.next(), lines.next()) {
        let words = |line: &str| {
            let (id, kind) = line.split_once(' ')?;
            Some((ObjectId::parse(id.as_bytes())?, kind.to_owned()))
        };
        if let (Some((id, kind)), Some((peeled, peeled_kind))) = (words(own), words(peeled)) {
            found.push((id, kind, peeled, peeled_kind));
        }
    }
    Ok(found)
}

/// Fetches tag objects.
fn contents(
    repository: &Repository,
    ids: &[ObjectId],
) -> Result<HashMap<ObjectId, Vec<u8>>, Error> {
    let input: String = ids.iter().map(|id| format!("{id}\n")).collect();
    let mut git = repository.git("cat-file");
    git.process.arg("--batch=%(objectname) %(objectsize)");
    let output = git.output_for(input.as_bytes())?;
    let mut found = HashMap::new();
    let mut rest = output.as_slice();
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let header = String::from_utf8_lossy(&rest[..end]).into_owned();
        rest = &rest[end + 1..];
        let parsed = header
            .split_once(' ')
            .and_then(|(id, size)| Some((ObjectId::parse(id.as_bytes())?, size.parse().ok()?)));
        let Some((id, size)) = parsed else { continue };
        let content: &[u8] = rest.get(..size).unwrap_or(rest);
        found.insert(id, content.to_vec());
        rest = rest.get(size + 1..).unwrap_or_default();
    }
    Ok(found)
}

/// What a tag object says.
#[derive(Debug, Default)]
struct Annotation {
    tagger: Option<Person>,
    subject: Option<String>,
    body: Option<String>,
}

impl Annotation {
    fn parse(raw: &[u8], people: &People) -> Self {
        let text = String::from_utf8_lossy(raw);
        let (headers, message) = text.split_once("\n\n").unwrap_or((&text, ""));
        let tagger = headers
            .lines()
            .find_map(|line| line.strip_prefix("tagger "))
            .and_then(|line| {
                let (name, rest) = line.split_once('<')?;
                let (email, _) = rest.split_once('>')?;
                Some(people.person(name, email))
            });
        let message = without_signature(message).trim();
        let (subject, body) = message.split_once('\n').unwrap_or((message, ""));
        let mut end = body.len().min(LONGEST);
        while !body.is_char_boundary(end) {
            end -= 1;
        }
        Self {
            tagger,
            subject: Some(subject_or_placeholder(subject)),
            body: Some(body[..end].trim().to_owned()),
        }
    }
}

/// Cuts the signature off, which Git puts behind the message of a signed tag.
fn without_signature(message: &str) -> &str {
    [
        "-----BEGIN PGP SIGNATURE-----",
        "-----BEGIN PGP MESSAGE-----",
        "-----BEGIN SSH SIGNATURE-----",
        "-----BEGIN SIGNED MESSAGE-----",
    ]
    .iter()
    .filter_map(|mark| {
        message
            .find(mark)
            .filter(|at| *at == 0 || message[..*at].ends_with('\n'))
    })
    .min()
    .map_or(message, |at| &message[..at])
}
