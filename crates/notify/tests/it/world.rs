//! A small product with settings as a user would write them.

use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};
use toml::Spanned;
use zulipkit_api::messages::To;
use zulipkit_notify::{
    Event, Filter, Kind, Limits, Outgoing, Product, Rendered, Route, Rules, Source, Templates,
    Text, Vocabulary,
};

pub(crate) const PRODUCT: Product = Product {
    vocabulary: Vocabulary::Closed(&[
        Kind {
            name: "push",
            groups: &["branch_event"],
            facts: &["repo", "branch", "commits", "paths", "author", "forced"],
        },
        Kind {
            name: "branch_deleted",
            groups: &["branch_event"],
            facts: &["repo", "branch", "author"],
        },
        Kind {
            name: "tag_created",
            groups: &["tag"],
            facts: &["repo", "tag", "author"],
        },
    ]),
    texts: &[
        Text {
            style: "default",
            name: "topic",
            text: "{{ repo }}/{{ branch or tag }}",
        },
        Text {
            style: "default",
            name: "push",
            text: "**{{ author.name }}** pushed {{ commits|length|plural('commit') }} to {{ branch }}:\n\
                   {% include \"commits\" %}",
        },
        Text {
            style: "default",
            name: "commits",
            text: "{% for commit in commits %}\n* {{ commit.subject }} (`{{ commit.id|short }}`)\n{% endfor %}",
        },
        Text {
            style: "default",
            name: "branch_deleted",
            text: "{{ author.name }} deleted {{ branch }}",
        },
        Text {
            style: "default",
            name: "tag",
            text: "{{ author.name }} tagged {{ tag }}",
        },
        Text {
            style: "classic",
            name: "push",
            text: "{{ author.email }} pushed to {{ branch }}",
        },
    ],
    filters: &[Filter {
        name: "shout",
        convert: |text, mark| {
            let mark = mark.as_str().unwrap_or("!");
            format!("**{}{mark}**", zulipkit_markup::escape::inline(text))
        },
    }],
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[serde(default, rename = "route")]
    routes: Vec<Spanned<Route>>,
    #[serde(default)]
    templates: Templates,
}

/// Everything goes to one channel.
pub(crate) const ONE_ROUTE: &str = "[[route]]\nchannel = \"commits\"\n";

pub(crate) fn rules(settings: &str) -> Rules {
    try_rules(Path::new("git.toml"), settings).unwrap_or_else(|error| panic!("{error}"))
}

pub(crate) fn try_rules(path: &Path, settings: &str) -> Result<Rules, String> {
    let parsed: Settings = toml::from_str(settings).map_err(|error| error.to_string())?;
    let source = Source {
        path: path.to_owned(),
        text: settings.to_owned(),
    };
    let limits = Limits::default();
    Rules::new(source, parsed.routes, parsed.templates, PRODUCT, limits)
        .map_err(|error| error.render(false))
}

pub(crate) fn event(kind: &str, facts: &Value) -> Event {
    let happened = "2026-03-01T12:00:00Z".parse().unwrap();
    Event::new("git", kind, facts, happened).unwrap()
}

pub(crate) fn push(branch: &str) -> Event {
    push_of(branch, &["Fix the frobnicator"])
}

pub(crate) fn push_of(branch: &str, subjects: &[&str]) -> Event {
    let commits: Vec<Value> = subjects
        .iter()
        .map(|subject| json!({ "id": "0123456789abcdef0123456789abcdef01234567", "subject": subject }))
        .collect();
    event(
        "push",
        &json!({
            "repo": "website",
            "branch": branch,
            "commits": commits,
            "paths": ["docs/index.md", "src/main.rs"],
            "author": { "name": "Ada", "email": "ada@example.com" },
            "forced": false,
        }),
    )
}

pub(crate) fn tag(name: &str) -> Event {
    let author = json!({ "name": "Ada", "email": "ada@example.com" });
    event(
        "tag_created",
        &json!({ "repo": "website", "tag": name, "author": author }),
    )
}

/// The one message of a rendering that went without a warning.
pub(crate) fn only(rendered: Rendered) -> Outgoing {
    let warnings: Vec<String> = rendered.warnings.iter().map(|w| w.render(false)).collect();
    assert_eq!(warnings, Vec::<String>::new());
    assert_eq!(rendered.outgoing.len(), 1);
    rendered.outgoing.into_iter().next().unwrap()
}

pub(crate) fn content(settings: &str, event: &Event) -> String {
    only(rules(settings).render(event)).content
}

pub(crate) fn topic(outgoing: &Outgoing) -> &str {
    match &outgoing.to {
        To::Channel { topic, .. } => topic,
        To::People(_) => panic!("a direct message has no topic"),
    }
}

/// The first warning of a rendering, as a person reads it.
pub(crate) fn warning(rendered: &Rendered) -> String {
    rendered.warnings[0].render(false)
}
