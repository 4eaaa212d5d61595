/// What an integration brings along: its event kinds with their facts, and the texts that it ships.
#[derive(Debug, Clone, Copy)]
pub struct Product {
    /// What its events can say.
    pub vocabulary: Vocabulary,
    /// The templates that are compiled in. Style `default` has one for each kind and one named `topic`;
    /// where that gives nothing, the topic is the integration's name.
    pub texts: &'static [Text],
    /// Filters for its templates beside those that all have.
    pub filters: &'static [Filter],
}

/// A filter that turns a text in a product's own markup into Zulip Markdown: `{{ description|wiki(resource) }}`.
#[derive(Debug, Clone, Copy)]
pub struct Filter {
    /// Its name.
    pub name: &'static str,
    /// Converts a text, of which it must make harmless what could be markup of Zulip's. The second value is the filter's
    /// argument, `null` where the template gives none.
    pub convert: fn(&str, &serde_json::Value) -> String,
}

/// The words that routes and templates of one integration may use.
#[derive(Debug, Clone, Copy)]
pub enum Vocabulary {
    /// Any kind with any facts: events that users' own scripts send.
    Open,
    /// These kinds and no others.
    Closed(&'static [Kind]),
}

/// One kind of event.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// Its name, such as `tag_moved`.
    pub name: &'static str,
    /// Names that stand for several kinds, such as `tag`, nearest first. They may be used wherever a kind is named.
    pub groups: &'static [&'static str],
    /// The names of its facts, the keys of [`Event::facts`](crate::Event::facts).
    pub facts: &'static [&'static str],
}

/// A template that is compiled in.
#[derive(Debug, Clone, Copy)]
pub struct Text {
    /// The style that it belongs to, such as `default` or `classic`.
    pub style: &'static str,
    /// The event kind or group that it words, or `topic`, or any other name for a piece that templates include.
    pub name: &'static str,
    /// The template.
    pub text: &'static str,
}

impl Vocabulary {
    /// Returns the names that an event of this kind goes by: the kind and its groups.
    pub(crate) fn names<'a>(&self, kind: &'a str) -> Vec<&'a str> {
        let mut names = vec![kind];
        if let Some(known) = self.kind(kind) {
            names.extend(known.groups);
        }
        names
    }

    /// Returns the kind of this name.
    pub(crate) fn kind(&self, name: &str) -> Option<&'static Kind> {
        self.kinds().iter().find(|kind| kind.name == name)
    }

    /// Returns all kinds; none where any is allowed.
    pub(crate) fn kinds(&self) -> &'static [Kind] {
        match self {
            Self::Open => &[],
            Self::Closed(kinds) => kinds,
        }
    }
}

impl Product {
    /// Returns a text that templates may include by its style and name, as in `{% include "default/push" %}`, or by its
    /// name alone from the style `default`.
    pub(crate) fn piece(&self, path: &str) -> Option<&'static str> {
        let (style, name) = path.split_once('/').unwrap_or((DEFAULT_STYLE, path));
        self.text(style, name).map(|text| text.text)
    }

    /// Returns a style's text of this name.
    pub(crate) fn text(&self, style: &str, name: &str) -> Option<&'static Text> {
        self.texts
            .iter()
            .find(|text| text.style == style && text.name == name)
    }
}

/// The style that has all texts.
pub(crate) const DEFAULT_STYLE: &str = "default";

/// What templates and conditions know of every event beside its facts.
pub(crate) const EVERYWHERE: &[&str] = &["event", "integration", "happened"];
