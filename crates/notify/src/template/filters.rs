use minijinja::value::Value;
use minijinja::{Environment, Error, ErrorKind};

use crate::Product;

/// Shows this many characters of a commit's or revision's id.
const SHORT: usize = 10;

/// The filters that templates may use.
#[rustfmt::skip]
pub(super) const FILTERS: &[&str] = &[
    "abs", "attr", "batch", "bool", "capitalize", "chain", "count", "d", "default", "dictsort", "e", "escape", "first",
    "float", "format", "groupby", "indent", "int", "items", "join", "last", "length", "lines", "list", "lower", "map",
    "max", "min", "plural", "pprint", "quote", "reject", "rejectattr", "replace", "reverse", "round", "select", "selectattr",
    "short", "slice", "sort", "split", "string", "sum", "time", "title", "tojson", "trim", "truncate", "unique", "upper", "zip",
];

/// The functions that templates may call.
pub(super) const FUNCTIONS: &[&str] = &["dict", "mention", "namespace", "range", "silent"];

/// Adds what templates of messages want to minijinja's own filters and functions, and takes away what could declare a
/// text from outside to be finished Markdown.
pub(super) fn install(environment: &mut Environment<'_>, product: Product) {
    environment.remove_filter("safe");
    environment.remove_global("debug");
    // People who know Jinja write `|e`; here every value is escaped anyway.
    environment.add_filter("e", unchanged);
    environment.add_filter("escape", unchanged);
    environment.add_filter("tojson", to_json);
    environment.add_filter("short", short);
    environment.add_filter("plural", plural);
    environment.add_filter("time", time);
    environment.add_filter("truncate", truncate);
    environment.add_filter("quote", quote);
    for filter in product.filters {
        environment.add_filter(filter.name, |text: &str, argument: Option<Value>| {
            let argument = serde_json::to_value(argument).unwrap_or_default();
            finished((filter.convert)(text, &argument))
        });
    }
    environment.add_function("mention", |id: u64| finished(zulipkit_markup::mention(id)));
    environment.add_function("silent", |id: u64| {
        finished(zulipkit_markup::silent_mention(id))
    });
}

/// Marks Markdown that holds nothing from outside.
fn finished(markdown: String) -> Value {
    Value::from_safe_string(markdown)
}

fn unchanged(value: Value) -> Value {
    value
}

fn to_json(value: &Value) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| {
        Error::new(ErrorKind::BadSerialization, "this is no JSON").with_source(error)
    })
}

/// Shortens an id: `{{ commit.id|short }}`, or to another number of characters, `{{ commit.id|short(12) }}`.
fn short(id: &str, characters: Option<usize>) -> String {
    id.chars().take(characters.unwrap_or(SHORT)).collect()
}

/// Counts in words: `{{ commits|length|plural("commit") }}` is `1 commit` or `2 commits`; a second word is the plural
/// where an `s` is not enough.
fn plural(count: i64, one: &str, many: Option<&str>) -> String {
    match (count, many) {
        (1, _) => format!("1 {one}"),
        (_, Some(many)) => format!("{count} {many}"),
        (_, None) => format!("{count} {one}s"),
    }
}

/// Shows a moment, written as in RFC 3339, in each reader's own time zone; another text stays as it is.
fn time(moment: &str) -> Value {
    let markdown = zulipkit_markup::time(moment);
    if markdown.starts_with("<time:") {
        finished(markdown)
    } else {
        moment.into()
    }
}

/// Shortens a text to a number of characters, the last of which is an ellipsis.
fn truncate(text: &str, characters: usize) -> String {
    if text.chars().count() <= characters {
        return text.to_owned();
    }
    let kept: String = text.chars().take(characters.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// Quotes a text of several lines: one from outside, or what a product's own filter made of it.
fn quote(text: Value) -> Result<Value, Error> {
    let content = text.as_str().unwrap_or_default();
    Ok(finished(if text.is_safe() {
        zulipkit_markup::quote_markdown(content)
    } else {
        zulipkit_markup::quote_block(content)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Vocabulary;

    const NO_PRODUCT: Product = Product {
        vocabulary: Vocabulary::Open,
        texts: &[],
        filters: &[],
    };

    #[test]
    fn the_list_of_filters_is_true() {
        let mut environment = Environment::new();
        install(&mut environment, NO_PRODUCT);
        let mut state = environment.empty_state();
        for filter in FILTERS {
            let result = state.apply_filter(filter, &[]);
            let unknown = result.is_err_and(|error| error.kind() == ErrorKind::UnknownFilter);
            assert!(!unknown, "{filter}");
        }
        let error = state.apply_filter("safe", &["x".into()]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownFilter);
    }

    #[test]
    fn the_list_of_functions_is_true() {
        let mut environment = Environment::new();
        install(&mut environment, NO_PRODUCT);
        let mut names: Vec<&str> = environment.globals().map(|(name, _)| name).collect();
        names.sort_unstable();
        assert_eq!(names, FUNCTIONS);
    }
}
