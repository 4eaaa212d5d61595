use zulipkit_notify::{Kind, Text};

/// Writes down a kind of events.
pub(crate) const fn kind(
    name: &'static str,
    groups: &'static [&'static str],
    facts: &'static [&'static str],
) -> Kind {
    Kind {
        name,
        groups,
        facts,
    }
}

/// The pieces that the templates of all systems with commits share.
pub(crate) const COMMITS: Text = Text {
    style: "default",
    name: "commits",
    text: include_str!("templates/default/commits.md"),
};

/// Takes templates in from the folder `templates` beside the file that asks; those behind a `+` are shared ones.
macro_rules! texts {
    ($($style:literal / $name:literal),+ $(, + $shared:expr)* $(,)?) => {
        &[$(zulipkit_notify::Text {
            style: $style,
            name: $name,
            text: include_str!(concat!("templates/", $style, "/", $name, ".md")),
        }),+ $(, $shared)*]
    };
}
pub(crate) use texts;
