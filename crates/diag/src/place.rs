use std::fmt::{self, Display};
use std::ops::Range;
use std::path::{Path, PathBuf};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// A place in a text file: the file, its text, and the bytes that are wrong.
///
/// Values of keys that hold a secret (`key`, `token`, `password`) are covered when the place is made, so that a
/// diagnostic can never show one.
#[derive(Debug, Clone)]
pub struct Place {
    path: PathBuf,
    source: String,
    span: Range<usize>,
    label: String,
}

impl Place {
    /// Builds a place; `span` counts bytes of `source`, `label` stands beside the caret and may be empty.
    pub fn new(
        path: impl AsRef<Path>,
        source: &str,
        span: Range<usize>,
        label: impl Into<String>,
    ) -> Self {
        let end = span.end.min(source.len());
        let start = span.start.min(end);
        Self {
            path: path.as_ref().to_owned(),
            source: cover_secrets(source),
            span: start..end,
            label: label.into(),
        }
    }

    /// Returns line and column, both counted from 1, the column in characters.
    pub fn line_column(&self) -> (usize, usize) {
        let before =
            String::from_utf8_lossy(&self.source.as_bytes()[..self.span.start]).into_owned();
        let line = before.matches('\n').count() + 1;
        let column = before
            .rsplit('\n')
            .next()
            .map_or(0, |last| last.chars().count())
            + 1;
        (line, column)
    }

    /// Returns the place with its line and a caret below, without a line end at its end.
    pub(crate) fn render(&self, colour: bool) -> String {
        let path = self.path.display().to_string();
        let annotation = AnnotationKind::Primary.span(self.span.clone());
        let annotation = if self.label.is_empty() {
            annotation
        } else {
            annotation.label(&self.label)
        };
        let snippet = Snippet::source(self.source.as_str())
            .path(path)
            .annotation(annotation);
        let group = Group::with_title(Level::ERROR.primary_title("")).element(snippet);
        let renderer = if colour {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let text = renderer.render(&[group]);
        // The first line is the title, which the diagnostic has written in its own way.
        text.split_once('\n')
            .map_or("", |(_, rest)| rest)
            .trim_end()
            .to_owned()
    }
}

impl Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = self.line_column();
        write!(f, "{}:{line}:{column}", self.path.display())
    }
}

/// Covers each secret with asterisks, byte for byte, so that spans stay right.
fn cover_secrets(source: &str) -> String {
    let mut covered = String::with_capacity(source.len());
    for line in source.split_inclusive('\n') {
        let secret = line.find(['=', ':']).filter(|at| {
            let name = line[..*at].trim().trim_matches(['"', '\'']).to_lowercase();
            ["key", "token", "password", "secret"]
                .iter()
                .any(|word| name.ends_with(word))
        });
        let Some(at) = secret else {
            covered.push_str(line);
            continue;
        };
        covered.push_str(&line[..=at]);
        for c in line[at + 1..].chars() {
            if c.is_whitespace() || matches!(c, '"' | '\'') {
                covered.push(c);
            } else {
                covered.extend(std::iter::repeat_n('*', c.len_utf8()));
            }
        }
    }
    covered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_shows_a_key() {
        let source = "[api]\nkey = abcdé%c\nsite=x\n";
        let place = Place::new("zuliprc", source, 6..18, "");
        assert!(
            place.render(false).contains("key = ********"),
            "{}",
            place.render(false)
        );
        assert_eq!(place.to_string(), "zuliprc:2:1");
    }

    #[test]
    fn a_span_beyond_the_end_is_brought_back() {
        let place = Place::new("f", "ab", 7..9, "");
        assert_eq!(place.line_column(), (1, 3));
    }
}
