//! Linkifiers: the organization's own patterns that become links, in messages and topics.

use std::collections::BTreeSet;

use regex::Regex;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    call::{Outcome, Request, done, success},
    errors::ApiError,
    events::Audience,
    organization::Organization,
    params::Params,
    render::Linkifier,
};

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Entry {
    id: u64,
    pattern: String,
    url_template: String,
}

/// All of them, in the order in which they are tried.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Entry>", into = "Vec<Entry>")]
pub(crate) struct Linkifiers {
    entries: Vec<Entry>,
    /// The same, compiled.
    compiled: Vec<Linkifier>,
}

impl From<Vec<Entry>> for Linkifiers {
    fn from(entries: Vec<Entry>) -> Self {
        let mut linkifiers = Self {
            entries,
            compiled: Vec::new(),
        };
        linkifiers.compile();
        linkifiers
    }
}

impl From<Linkifiers> for Vec<Entry> {
    fn from(linkifiers: Linkifiers) -> Self {
        linkifiers.entries
    }
}

impl Clone for Linkifiers {
    fn clone(&self) -> Self {
        self.entries.clone().into()
    }
}

impl Linkifiers {
    pub(crate) fn compiled(&self) -> &[Linkifier] {
        &self.compiled
    }

    pub(crate) fn to_json(&self) -> Value {
        json!(self.entries)
    }

    /// Patterns are checked before they are stored, so none is lost here.
    fn compile(&mut self) {
        let entries = self.entries.iter();
        self.compiled = entries
            .filter_map(|entry| Linkifier::new(&entry.pattern, &entry.url_template).ok())
            .collect();
    }
}

/// GET /realm/linkifiers
pub(crate) fn list(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    request.user()?;
    success(json!({"linkifiers": organization.linkifiers.to_json()}))
}

/// POST /realm/filters
pub(crate) fn add(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let params = request.params();
    let (pattern, url_template) = read(params)?;
    organization.require_administrator(request.user()?)?;
    organization.check_linkifier(&pattern, &url_template, None)?;
    let id = organization.next_id();
    organization.linkifiers.entries.push(Entry {
        id,
        pattern,
        url_template,
    });
    organization.publish_linkifiers();
    success(json!({"id": id}))
}

/// PATCH /realm/filters/{id}
pub(crate) fn update(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let (pattern, url_template) = read(request.params())?;
    organization.require_administrator(request.user()?)?;
    let id = request.id(0);
    organization.check_linkifier(&pattern, &url_template, Some(id))?;
    let place = organization.linkifier(id)?;
    organization.linkifiers.entries[place] = Entry {
        id,
        pattern,
        url_template,
    };
    organization.publish_linkifiers();
    done()
}

/// PATCH /realm/linkifiers: their order.
pub(crate) fn reorder(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let order = request
        .params()
        .ids("ordered_linkifier_ids")?
        .ok_or_else(|| ApiError::missing("ordered_linkifier_ids"))?;
    organization.require_administrator(request.user()?)?;
    let entries = &mut organization.linkifiers.entries;
    let rank = |entry: &Entry| order.iter().position(|id| *id == entry.id);
    if order.len() != entries.len() || entries.iter().any(|entry| rank(entry).is_none()) {
        return Err(ApiError::bad(
            "The ordered list must enumerate all existing linkifiers exactly once",
        ));
    }
    entries.sort_by_key(rank);
    organization.publish_linkifiers();
    done()
}

/// DELETE /realm/filters/{id}
pub(crate) fn delete(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    organization.require_administrator(request.user()?)?;
    let place = organization.linkifier(request.id(0))?;
    organization.linkifiers.entries.remove(place);
    organization.publish_linkifiers();
    done()
}

fn read(params: &Params) -> Result<(String, String), ApiError> {
    let pattern = params.required("pattern")?.to_owned();
    Ok((pattern, params.required("url_template")?.to_owned()))
}

impl Organization {
    fn linkifier(&self, id: u64) -> Result<usize, ApiError> {
        let mut entries = self.linkifiers.entries.iter();
        entries
            .position(|entry| entry.id == id)
            .ok_or_else(|| ApiError::bad("Linkifier not found."))
    }

    /// Whether pattern and template fit each other. `changed` is the linkifier that is to become so.
    fn check_linkifier(
        &self,
        pattern: &str,
        url_template: &str,
        changed: Option<u64>,
    ) -> Result<(), ApiError> {
        let refused = |words: String| {
            ApiError::bad(words.as_str()).with("errors", json!({"__all__": [words]}))
        };
        let expression =
            Regex::new(pattern).map_err(|error| refused(complaint(pattern, &error)))?;
        let groups: BTreeSet<&str> = expression.capture_names().flatten().collect();
        let wanted = variables(url_template);
        if let Some(name) = wanted.difference(&groups).next() {
            let words =
                format!("Group '{name}' in URL template is not present in linkifier pattern.");
            return Err(refused(words));
        }
        if let Some(name) = groups.difference(&wanted).next() {
            let words =
                format!("Group '{name}' in linkifier pattern is not present in URL template.");
            return Err(refused(words));
        }
        let mut others = self
            .linkifiers
            .entries
            .iter()
            .filter(|entry| Some(entry.id) != changed);
        if others.any(|entry| entry.pattern == pattern) {
            return Err(refused(
                "Realm filter with this Realm and Pattern already exists.".to_owned(),
            ));
        }
        Ok(())
    }

    fn publish_linkifiers(&mut self) {
        self.linkifiers.compile();
        let linkifiers = self.linkifiers.to_json();
        let event = json!({"type": "realm_linkifiers", "realm_linkifiers": linkifiers});
        self.publish(Audience::Everyone, event);
    }

    /// The links in a topic, in the order in which they stand there.
    pub(crate) fn topic_links(&self, topic: &str) -> Vec<Value> {
        let linkifiers = self.linkifiers.compiled.iter();
        let mut links: Vec<_> = linkifiers
            .flat_map(|linkifier| linkifier.links_in(topic))
            .collect();
        links.sort();
        let shown = links.into_iter();
        shown
            .map(|(_, text, url)| json!({"text": text, "url": url}))
            .collect()
    }
}

/// What the server's own engine for regular expressions says, where that is known.
fn complaint(pattern: &str, error: &regex::Error) -> String {
    let text = error.to_string();
    let words = if text.contains("unclosed group") {
        format!("missing ): {pattern}")
    } else if text.contains("unopened group") {
        format!("unexpected ): {pattern}")
    } else if text.contains("unclosed character class") {
        format!("missing ]: {pattern}")
    } else {
        let last = text.lines().last().unwrap_or_default();
        last.trim_start_matches("error: ").to_owned()
    };
    format!("Bad regular expression: {words}")
}

/// The names in braces.
fn variables(template: &str) -> BTreeSet<&str> {
    let parts = template.split('{').skip(1);
    parts
        .filter_map(|part| part.split_once('}').map(|(name, _)| name))
        .collect()
}
