use zulipkit_notify::Kind;

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
