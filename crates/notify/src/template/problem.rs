use std::error::Error as _;
use std::ops::Range;

use minijinja::{Error, ErrorKind};
use zulipkit_diag::did_you_mean;

use super::engine::NAME;
use super::filters::{FILTERS, FUNCTIONS};
use super::scan::{self, Word};
use crate::Product;

/// What is wrong with a template or an expression, and where in its text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) cause: String,
    pub(crate) span: Option<Range<usize>>,
    pub(crate) label: String,
    pub(crate) hint: Option<String>,
}

/// A template or an expression.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Code<'a> {
    Template(&'a str),
    Expression(&'a str),
}

impl<'a> Code<'a> {
    fn words(&self) -> Vec<Word<'a>> {
        match self {
            Self::Template(text) => scan::words(text),
            Self::Expression(text) => scan::words_of_expression(text),
        }
    }

    fn mend_for_absent(&self) -> &'static str {
        match self {
            Self::Template(_) => {
                "`{% if … %}` or `|default(\"…\")` cares for what some events lack"
            }
            Self::Expression(_) => "`when = { event = \"…\" }` keeps other events away",
        }
    }

    fn text(&self) -> &'a str {
        match self {
            Self::Template(text) | Self::Expression(text) => text,
        }
    }
}

impl Fault {
    /// Words what the engine says; `known` are the facts that there are.
    pub(crate) fn new(error: &Error, code: Code<'_>, known: &[&str]) -> Self {
        let here = error
            .name()
            .is_none_or(|name| name == NAME || name == "<expression>");
        let span = error
            .range()
            .filter(|span| here && code.text().get(span.clone()).is_some());
        let mut fault = Self {
            cause: cause(error),
            span,
            ..Self::default()
        };
        if !here {
            fault.cause = format!("in `{}`: {}", error.name().unwrap_or_default(), fault.cause);
        }
        match error.kind() {
            ErrorKind::UndefinedError => fault.undefined(code, known),
            ErrorKind::UnknownFilter => fault.unknown_filter(code),
            ErrorKind::OutOfFuel => {
                fault.cause = "it does more work than a message may cost".to_owned();
                fault.hint = Some("shorten its loops: `{% for item in list[:20] %}`".to_owned());
            }
            _ => {}
        }
        fault
    }

    /// Says which expression has no value.
    fn undefined(&mut self, code: Code<'_>, known: &[&str]) {
        let Some(span) = self.span.clone().map(|span| filtered(code, span)) else {
            return;
        };
        let expression = &code.text()[span.clone()];
        self.cause = format!("`{expression}` has no value in this event");
        self.span = Some(span);
        if !known.contains(&expression) {
            self.label = did_you_mean(expression, known.iter().copied());
        }
        if self.label.is_empty() {
            self.hint = Some(code.mend_for_absent().to_owned());
        }
    }

    fn unknown_filter(&mut self, code: Code<'_>) {
        let Some(name) = self.span.clone().map(|span| &code.text()[span]) else {
            return;
        };
        self.cause = format!("unknown filter `{name}`");
        self.label = did_you_mean(name, FILTERS.iter().copied());
        if name == "safe" {
            self.hint = Some("what comes from outside is always shown as it is written".to_owned());
        }
    }
}

/// Where a filter found no value the engine points at the filter; returns the place of what stands before it.
fn filtered(code: Code<'_>, span: Range<usize>) -> Range<usize> {
    let words = code.words();
    let filter = words
        .iter()
        .position(|word| word.span == span && word.before == '|');
    let Some(value) = filter.and_then(|filter| words[..filter].last()) else {
        return span;
    };
    let mut start = value;
    for word in words
        .iter()
        .rev()
        .skip_while(|word| word.span != value.span)
    {
        start = word;
        if word.before != '.' {
            break;
        }
    }
    start.span.start..value.span.end
}

/// The innermost words that the engine has for an error.
fn cause(error: &Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source().and_then(|source| source.downcast_ref()) {
        innermost = source;
    }
    match innermost.detail() {
        Some(detail) => detail.to_owned(),
        None => innermost.kind().to_string(),
    }
}

/// Finds names that are no facts, and filters that do not exist.
pub(crate) fn unknown(
    names: &[String],
    code: Code<'_>,
    known: Option<&[&str]>,
    product: Product,
) -> Vec<Fault> {
    let words = code.words();
    let mut faults = Vec::new();
    for name in names {
        let Some(known) = known.filter(|known| !known.contains(&name.as_str())) else {
            continue;
        };
        let place = words
            .iter()
            .find(|word| word.text == name && word.is_name());
        faults.push(Fault {
            cause: format!("unknown fact `{name}`"),
            span: place.map(|word| word.span.clone()),
            label: did_you_mean(name, known.iter().chain(FUNCTIONS).copied()),
            hint: Some(format!("the facts here are `{}`", known.join("`, `"))),
        });
    }
    let own = product.filters.iter().map(|filter| filter.name);
    let filters: Vec<&str> = FILTERS.iter().copied().chain(own).collect();
    for word in words.iter().filter(|word| word.before == '|') {
        if !filters.contains(&word.text) {
            faults.push(Fault {
                cause: format!("unknown filter `{}`", word.text),
                span: Some(word.span.clone()),
                label: did_you_mean(word.text, filters.iter().copied()),
                hint: None,
            });
        }
    }
    faults
}
