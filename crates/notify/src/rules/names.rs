use std::ops::Range;

use toml::Spanned;
use zulipkit_diag::{Diagnostic, did_you_mean};

use super::Rules;
use super::wording::TOPIC;
use crate::Vocabulary;
use crate::settings::{EVENT, Matcher, Route, Templates, When, split_name};
use crate::vocabulary::{DEFAULT_STYLE, EVERYWHERE, Kind};

impl Rules {
    /// Checks what is cheap to check: destinations, and the names of facts, kinds and styles.
    pub(super) fn check_names(&self) -> Result<(), Diagnostic> {
        self.check_templates(&self.templates)?;
        for route in &self.routes {
            self.check_destination(route)?;
            self.check_when(&route.get_ref().when)?;
            self.check_templates(&route.get_ref().templates)?;
        }
        Ok(())
    }

    fn check_destination(&self, spanned: &Spanned<Route>) -> Result<(), Diagnostic> {
        let route = spanned.get_ref();
        let ways = [route.channel.is_some(), route.direct.is_some(), route.skip];
        let cause = match ways.into_iter().filter(|way| *way).count() {
            0 => "it has neither `channel` nor `direct` nor `skip = true`",
            1 if route.topic.is_some() && route.channel.is_none() => "only a channel has topics",
            1 => return Ok(()),
            _ => "it has more than one of `channel`, `direct` and `skip`",
        };
        Err(self.at(header(spanned.span(), &self.source.text), "", || {
            Diagnostic::settings("cannot use this route").cause(cause)
        }))
    }

    fn check_when(&self, when: &When) -> Result<(), Diagnostic> {
        let Vocabulary::Closed(kinds) = self.product.vocabulary else {
            return Ok(());
        };
        let facts = distinct(kinds.iter().flat_map(|kind| kind.facts).copied());
        for (name, matcher) in &when.0 {
            let (first, _) = split_name(name.get_ref());
            if name.get_ref() == EVENT {
                self.check_event(matcher, kinds)?;
            } else if !facts.contains(&first) {
                let known = facts.iter().copied().chain([EVENT]);
                return Err(self.at(name.span(), &did_you_mean(first, known), || {
                    Diagnostic::settings("cannot use this route")
                        .cause(format!("unknown fact `{first}`"))
                        .hint(format!("the facts here are `{}`", facts.join("`, `")))
                }));
            }
        }
        Ok(())
    }

    fn check_event(&self, matcher: &Spanned<Matcher>, kinds: &[Kind]) -> Result<(), Diagnostic> {
        let known = names_of(kinds);
        if !matches!(matcher.get_ref(), Matcher::Text(_)) {
            return Err(self.at(matcher.span(), "", || {
                Diagnostic::settings("cannot use this route")
                    .cause("`event` is matched by names")
                    .hint(format!("the events here are `{}`", known.join("`, `")))
            }));
        }
        match matcher.get_ref().words().find(|word| !known.contains(word)) {
            None => Ok(()),
            Some(word) => Err(self.at(
                matcher.span(),
                &did_you_mean(word, known.iter().copied()),
                || {
                    Diagnostic::settings("cannot use this route")
                        .cause(format!("unknown event `{word}`"))
                        .hint(format!("the events here are `{}`", known.join("`, `")))
                },
            )),
        }
    }

    fn check_templates(&self, templates: &Templates) -> Result<(), Diagnostic> {
        if let Some(style) = &templates.style {
            self.check_style(style)?;
        }
        let Vocabulary::Closed(kinds) = self.product.vocabulary else {
            return Ok(());
        };
        let mut known = names_of(kinds);
        known.push(TOPIC);
        for (name, _) in &templates.texts {
            let word = name.get_ref().as_str();
            if !known.contains(&word) {
                let nearest = did_you_mean(word, known.iter().copied().chain(["style"]));
                return Err(self.at(name.span(), &nearest, || {
                    Diagnostic::settings("cannot use this template")
                        .cause(format!("unknown event `{word}`"))
                        .hint(format!("the templates here are `{}`", known.join("`, `")))
                }));
            }
        }
        Ok(())
    }

    fn check_style(&self, style: &Spanned<String>) -> Result<(), Diagnostic> {
        let word = style.get_ref().as_str();
        let styles = self.product.texts.iter().map(|text| text.style);
        let styles = distinct([DEFAULT_STYLE].into_iter().chain(styles));
        if styles.contains(&word) {
            return Ok(());
        }
        let nearest = did_you_mean(word, styles.iter().copied());
        Err(self.at(style.span(), &nearest, || {
            Diagnostic::settings("cannot use these templates")
                .cause(format!("unknown style `{word}`"))
                .hint(format!("the styles here are `{}`", styles.join("`, `")))
        }))
    }

    /// Returns the kinds of events that a route can take, by its key `event` and by the facts that it asks for.
    pub(super) fn kinds_for(&self, route: &Route) -> Vec<Kind> {
        let takes = |kind: &&Kind| {
            let names = self.product.vocabulary.names(kind.name);
            route.when.matches_kind(&names)
                && route.when.0.iter().all(|(name, _)| {
                    let (first, _) = split_name(name.get_ref());
                    name.get_ref() == EVENT || kind.facts.contains(&first)
                })
        };
        let kinds = self.product.vocabulary.kinds();
        kinds.iter().filter(takes).copied().collect()
    }

    /// Puts the place in the settings file to a diagnostic; a default has none.
    pub(super) fn at(
        &self,
        span: Range<usize>,
        label: &str,
        error: impl FnOnce() -> Diagnostic,
    ) -> Diagnostic {
        match self.source.place(span, label) {
            Some(place) => error().at(place),
            None => error(),
        }
    }
}

/// The first line of a table, which stands for the whole of it.
pub(super) fn header(span: Range<usize>, text: &str) -> Range<usize> {
    let line = text.get(span.clone()).and_then(|table| table.find('\n'));
    line.map_or(span.clone(), |length| span.start..span.start + length)
}

/// Returns the facts of all these kinds, in the order in which they are named, and what every event has.
pub(super) fn facts_of(kinds: &[Kind]) -> Vec<&'static str> {
    let facts = kinds.iter().flat_map(|kind| kind.facts);
    distinct(facts.copied().chain(EVERYWHERE.iter().copied()))
}

/// Returns the names of kinds and groups.
fn names_of(kinds: &[Kind]) -> Vec<&'static str> {
    let groups = kinds.iter().flat_map(|kind| kind.groups);
    distinct(kinds.iter().map(|kind| kind.name).chain(groups.copied()))
}

fn distinct(names: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let mut found = Vec::new();
    for name in names {
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}
