use std::borrow::Cow;
use std::ops::Range;
use std::path::PathBuf;

use toml::Spanned;
use zulipkit_diag::{Diagnostic, Place};

use super::Rules;
use super::names::header;
use crate::settings::{Route, Source, is_file_name};
use crate::template::Fault;
use crate::vocabulary::{DEFAULT_STYLE, Text};

/// A template's text and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Wording<'a> {
    /// What it is called in errors: ``template `push` ``.
    pub(super) title: String,
    pub(super) text: Cow<'a, str>,
    origin: Origin<'a>,
}

#[derive(Debug, Clone)]
enum Origin<'a> {
    /// A value in the settings file, its quotes included.
    Settings(&'a Source, Range<usize>),
    /// A file of its own.
    File(PathBuf),
    /// Compiled in.
    Shipped(&'static Text),
}

/// The name under which templates of topics are looked for.
pub(super) const TOPIC: &str = "topic";

impl Rules {
    /// Returns the text that the settings give under the first of these names, a route's before all others'.
    pub(super) fn given<'a>(
        &'a self,
        route: &'a Route,
        names: &[&str],
    ) -> Option<Result<Wording<'a>, Diagnostic>> {
        let text = [&route.templates, &self.templates]
            .into_iter()
            .find_map(|templates| {
                names
                    .iter()
                    .find_map(|name| Some((*name, templates.get(name)?)))
            });
        text.map(|(name, text)| self.wording(name, text))
    }

    /// Returns the compiled-in text of the chosen style, or of the style `default`.
    pub(super) fn shipped(&self, route: &Route, names: &[&str]) -> Option<Wording<'static>> {
        let own = route.templates.style.as_ref();
        let style = own.or(self.templates.style.as_ref());
        style
            .map(|style| style.get_ref().as_str())
            .into_iter()
            .chain([DEFAULT_STYLE])
            .find_map(|style| names.iter().find_map(|name| self.product.text(style, name)))
            .map(Wording::shipped)
    }

    /// Reads one value of `[templates]`: a text, or the name of the file that holds it.
    pub(super) fn wording<'a>(
        &'a self,
        name: &str,
        value: &'a Spanned<String>,
    ) -> Result<Wording<'a>, Diagnostic> {
        let title = format!("template `{name}`");
        if !is_file_name(value.get_ref()) {
            return Ok(self.inline(title, value));
        }
        let folder = self.source.path.parent().unwrap_or(&self.source.path);
        let path = folder.join(value.get_ref());
        match zulipkit_settings::file::read_trusted(&path) {
            Ok(text) => Ok(Wording {
                title,
                text: text.into(),
                origin: Origin::File(path),
            }),
            Err(error) => {
                let error = error.while_doing(format!("cannot use {title}"));
                Err(match self.source.place(value.span(), "") {
                    Some(place) => error.at(place),
                    None => error,
                })
            }
        }
    }

    /// Returns a template that stands in the settings file.
    pub(super) fn inline<'a>(&'a self, title: String, value: &'a Spanned<String>) -> Wording<'a> {
        Wording {
            title,
            text: value.get_ref().into(),
            origin: Origin::Settings(&self.source, value.span()),
        }
    }
}

impl Wording<'_> {
    pub(super) fn shipped(text: &'static Text) -> Wording<'static> {
        Wording {
            title: format!("the compiled-in template `{}/{}`", text.style, text.name),
            text: text.text.into(),
            origin: Origin::Shipped(text),
        }
    }

    /// Makes a fault in this text into what a person reads.
    pub(super) fn diagnose(&self, fault: Fault) -> Diagnostic {
        let mut error =
            Diagnostic::settings(format!("cannot use {}", self.title)).cause(&fault.cause);
        if let Some(place) = self.place(fault.span, fault.label) {
            error = error.at(place);
        }
        match fault.hint {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }

    fn place(&self, span: Option<Range<usize>>, label: String) -> Option<Place> {
        match &self.origin {
            Origin::Settings(source, literal) => {
                let inner = span.and_then(|span| source.inside(literal.clone(), &self.text, span));
                let whole = || header(literal.clone(), &source.text);
                source.place(inner.unwrap_or_else(whole), label)
            }
            Origin::File(path) => {
                let span = span.unwrap_or(0..0);
                Some(Place::new(path, &self.text, span, label))
            }
            Origin::Shipped(text) => {
                let path = format!("{}/{}", text.style, text.name);
                span.map(|span| Place::new(path, text.text, span, label))
            }
        }
    }
}

impl Source {
    /// Returns a place in the file; none for a default, whose span is empty.
    pub(super) fn place(&self, span: Range<usize>, label: impl Into<String>) -> Option<Place> {
        (!span.is_empty()).then(|| Place::new(&self.path, &self.text, span, label))
    }

    /// Finds a part of a string's value in the string as it is written, if it is written without escapes.
    fn inside(
        &self,
        literal: Range<usize>,
        value: &str,
        part: Range<usize>,
    ) -> Option<Range<usize>> {
        let written = self.text.get(literal.clone())?;
        let start = literal.start + written.find(value)?;
        (!part.is_empty()).then(|| start + part.start..start + part.end)
    }
}
