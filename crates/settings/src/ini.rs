//! The dialect of zuliprc files: what Python's `configparser` reads, and the little that users expect beyond it.
//!
//! Names are case-insensitive, `=` or `:` separates, comments stand on lines of their own, indented lines continue a
//! value, a section or an option may not come twice. Other than Python's parser this one takes a percent sign for itself,
//! drops a byte-order mark, and takes one pair of quotation marks around a value away.

use std::ops::Range;
use std::path::{Path, PathBuf};

use zulipkit_diag::{Diagnostic, Place, Result};

/// A file of sections.
#[derive(Debug, Clone)]
pub struct Ini {
    path: PathBuf,
    text: String,
    sections: Vec<Section>,
}

/// A section with its options, in the file's order.
#[derive(Debug, Clone)]
pub struct Section {
    /// The name between the brackets.
    pub name: String,
    header: Range<usize>,
    options: Vec<Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    name: String,
    value: String,
    line: Range<usize>,
    indent: usize,
    warning: Option<&'static str>,
}

/// The section whose options stand in for those that another section lacks.
pub(crate) const DEFAULT: &str = "DEFAULT";

impl Ini {
    /// Reads the text of a file; `path` only serves to name it.
    ///
    /// # Errors
    ///
    /// The text does not follow the dialect; the error shows the line, never a key.
    pub fn parse(path: &Path, text: &str) -> Result<Self> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        // Python takes a carriage return alone for the end of a line too.
        let text = &text.replace("\r\n", " \n").replace('\r', "\n");
        let mut ini = Self {
            path: path.to_owned(),
            text: text.clone(),
            sections: Vec::new(),
        };
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let span = start..start + line.trim_end().len();
            start += line.len();
            ini.line(line, span)?;
        }
        ini.finish();
        Ok(ini)
    }

    fn line(&mut self, line: &str, span: Range<usize>) -> Result<()> {
        let content = line.trim();
        if content.starts_with(['#', ';']) {
            return Ok(());
        }
        let indent = line.len() - line.trim_start().len();
        if let Some(last) = self
            .sections
            .last_mut()
            .and_then(|section| section.options.last_mut())
        {
            if content.is_empty() {
                last.value.push('\n');
                return Ok(());
            }
            if indent > last.indent {
                last.value.push('\n');
                last.value.push_str(content);
                return Ok(());
            }
        }
        if content.is_empty() {
            return Ok(());
        }
        if let Some(name) = content
            .strip_prefix('[')
            .and_then(|rest| Some(rest.rsplit_once(']')?.0))
        {
            return self.open(name, span);
        }
        let Some(at) = content.find(['=', ':']).filter(|at| *at > 0) else {
            return Err(self.wrong(
                "this line is neither a section nor an option",
                span,
                "no `=`",
            ));
        };
        let (value, warning) = unquote(content[at + 1..].trim());
        let entry = Entry {
            name: content[..at].trim().to_lowercase(),
            value,
            line: span.clone(),
            indent,
            warning,
        };
        let Some(section) = self.sections.last_mut() else {
            return Err(self
                .wrong("an option stands before the first section", span, "")
                .hint("a zuliprc starts with the line `[api]`"));
        };
        if section
            .options
            .iter()
            .any(|option| option.name == entry.name)
        {
            let problem = format!("`{}` is given twice", entry.name);
            return Err(self.wrong(&problem, span, ""));
        }
        section.options.push(entry);
        Ok(())
    }

    fn open(&mut self, name: &str, span: Range<usize>) -> Result<()> {
        if self.sections.iter().any(|section| section.name == name) {
            return Err(self.wrong(&format!("section `[{name}]` is there twice"), span, ""));
        }
        self.sections.push(Section {
            name: name.to_owned(),
            header: span,
            options: Vec::new(),
        });
        Ok(())
    }

    /// Lines that are empty at a value's end were only the space before the next option.
    fn finish(&mut self) {
        for option in self
            .sections
            .iter_mut()
            .flat_map(|section| &mut section.options)
        {
            option.value.truncate(option.value.trim_end().len());
        }
    }

    /// Returns the sections in order.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// Returns the options of a section, with those of `[DEFAULT]` that it lacks; nothing if there is no such section.
    pub fn options(&self, section: &str) -> Option<Vec<(&str, &str)>> {
        let found = |name: &str| self.sections.iter().find(|section| section.name == name);
        let own = found(section)?;
        let defaults = found(DEFAULT)
            .into_iter()
            .flat_map(|default| &default.options);
        let lacking =
            defaults.filter(|default| own.options.iter().all(|option| option.name != default.name));
        let all = own.options.iter().chain(lacking);
        Some(
            all.map(|option| (option.name.as_str(), option.value.as_str()))
                .collect(),
        )
    }

    /// Returns an option's value, of the section itself or of `[DEFAULT]`.
    pub fn get(&self, section: &str, option: &str) -> Option<&str> {
        self.find(section, option).map(|entry| entry.value.as_str())
    }

    /// Returns an option's value.
    ///
    /// # Errors
    ///
    /// The section or the option is missing or empty, or has several lines; the error names file, line and option.
    pub fn require(&self, section: &str, option: &str) -> Result<&str> {
        if let Some(entry) = self
            .find(section, option)
            .filter(|entry| !entry.value.is_empty())
        {
            if entry.value.contains('\n') {
                return Err(self.wrong(
                    &format!("`{option}` goes on in the next line, since that is indented"),
                    entry.line.clone(),
                    "",
                ));
            }
            return Ok(&entry.value);
        }
        match self.sections.iter().find(|found| found.name == section) {
            None => Err(self
                .error()
                .cause(format!("there is no section `[{section}]`"))
                .hint(format!(
                    "the file should have a line `[{section}]` above its options"
                ))),
            Some(found) => Err(self.wrong(
                &format!("section `[{section}]` has no `{option}`"),
                found.header.clone(),
                format!("`{option} = …` is missing below"),
            )),
        }
    }

    /// Returns the place of an option, for an error about its value.
    pub fn place(&self, section: &str, option: &str, label: &str) -> Option<Place> {
        let entry = self.find(section, option)?;
        Some(Place::new(
            &self.path,
            &self.text,
            entry.line.clone(),
            label,
        ))
    }

    /// Returns what is allowed but seldom meant: quotation marks, and what looks like a comment behind a value.
    pub fn warnings(&self) -> Vec<Diagnostic> {
        let entries = self.sections.iter().flat_map(|section| &section.options);
        entries
            .filter_map(|entry| {
                let place = Place::new(&self.path, &self.text, entry.line.clone(), "");
                let what = format!("`{}` in `{}`", entry.name, self.path.display());
                let warning = entry.warning.or_else(|| {
                    let comment = entry.value.contains(" ;") || entry.value.contains(" #");
                    comment.then_some(
                        "what follows the value is part of it: comments need a line of their own",
                    )
                })?;
                Some(Diagnostic::settings(what).cause(warning).at(place))
            })
            .collect()
    }

    fn find(&self, section: &str, option: &str) -> Option<&Entry> {
        let within = |name: &str| {
            let section = self.sections.iter().find(|found| found.name == name)?;
            section.options.iter().find(|entry| entry.name == option)
        };
        within(section).or_else(|| within(DEFAULT))
    }

    fn error(&self) -> Diagnostic {
        Diagnostic::settings(format!("cannot read `{}`", self.path.display()))
    }

    fn wrong(&self, problem: &str, span: Range<usize>, label: impl Into<String>) -> Diagnostic {
        self.error()
            .cause(problem)
            .at(Place::new(&self.path, &self.text, span, label))
    }
}

/// People write `key = "abc"`, though to Python's parser the quotation marks belong to the value.
pub(crate) fn unquote(value: &str) -> (String, Option<&'static str>) {
    for mark in ['"', '\''] {
        let inner = value
            .strip_prefix(mark)
            .and_then(|rest| rest.strip_suffix(mark));
        if let Some(inner) = inner {
            let warning = "the quotation marks around the value were left out; the Python tools take them for a part of it";
            return (inner.to_owned(), Some(warning));
        }
    }
    (value.to_owned(), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Ini> {
        Ini::parse(Path::new("zuliprc"), text)
    }

    fn key(text: &str) -> String {
        parse(text).unwrap().get("api", "key").unwrap().to_owned()
    }

    #[test]
    fn reads_what_pythons_parser_reads() {
        assert_eq!(key("[api]\nkey=abc\n"), "abc");
        assert_eq!(key("# c\n[api]\n; c\nKEY : abc\r\nsite=x\r\n"), "abc");
        assert_eq!(key("[api]\rkey=abc\rsite=x\r"), "abc");
        assert_eq!(key("[DEFAULT]\nkey=abc\n[api]\nsite=x\n"), "abc");
        assert_eq!(key("[api]\nkey = a\n  b\n# c\n  c\n\nsite = x"), "a\nb\nc");
        assert_eq!(key("[api]\n  key = a\n  site = x\n"), "a");
        assert_eq!(key("[api]\nkey = a ; note\n"), "a ; note");
    }

    #[test]
    fn reads_what_it_stumbles_over() {
        assert_eq!(key("[api]\nkey=ab%cd%%\n"), "ab%cd%%");
        assert_eq!(key("\u{feff}[api]\nkey=abc\n"), "abc");
        assert_eq!(key("[api]\nkey=\"abc\"\n"), "abc");
        assert_eq!(key("[api]\nkey='abc\n"), "'abc");
    }

    #[test]
    fn warns_of_what_is_seldom_meant() {
        let warnings = parse("[api]\nkey=\"abc\"\nsite=x ; note\n")
            .unwrap()
            .warnings();
        let lines: Vec<String> = warnings.iter().map(Diagnostic::one_line).collect();
        assert_eq!(lines.len(), 2);
        assert!(
            lines[0].contains("quotation marks") && lines[0].contains("zuliprc:2:1"),
            "{lines:?}"
        );
        assert!(lines[1].contains("comments need a line"), "{lines:?}");
        assert!(!lines[0].contains("abc"));
    }

    #[test]
    fn errors_name_file_line_and_option_and_never_the_key() {
        let missing = parse("[other]\nx=1\n[api]\nemail=a@b\n").unwrap();
        let error = missing.require("api", "key").unwrap_err();
        assert_eq!(
            error.one_line(),
            "cannot read `zuliprc`: section `[api]` has no `key` (zuliprc:3:1)"
        );
        for (text, problem) in [
            ("key=secret\n", "before the first section"),
            ("[api]\nkey=secret\nkey=secret\n", "given twice"),
            ("[api]\n[api]\n", "there twice"),
            ("[api]\nsecret\n", "neither a section nor an option"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.one_line().contains(problem), "{error}");
            assert!(!error.one_line().contains("secret"), "{error}");
        }
        let error = parse("key=x\n").unwrap_err();
        assert!(
            error
                .render(false)
                .contains("hint: a zuliprc starts with the line `[api]`")
        );
        assert!(parse("[x]\n").unwrap().require("api", "key").is_err());
    }
}
