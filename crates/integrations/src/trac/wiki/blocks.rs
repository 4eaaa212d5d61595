//! Blocks: what lines make together.

use zulipkit_markup::{code_block, quote_markdown};

use super::links::Links;
use super::{DEEPEST, inline, lists, tables};

/// Renders lines. Each block is finished by itself, so that nothing in one can change another.
pub(super) fn render(lines: &[&str], links: &Links, depth: usize) -> String {
    let mut blocks = Vec::new();
    let mut rest = lines;
    while let Some(line) = rest.first() {
        if line.trim().is_empty() {
            rest = &rest[1..];
            continue;
        }
        let (block, used) = next(rest, links, depth);
        rest = &rest[used..];
        if !block.trim().is_empty() {
            blocks.push(block);
        }
    }
    blocks.join("\n\n")
}

/// Renders the block at the start, and says how many lines it takes; at least one.
fn next(lines: &[&str], links: &Links, depth: usize) -> (String, usize) {
    let line = lines[0];
    if opens_block(line) {
        return block(lines, links, depth);
    }
    if let Some(title) = heading(line) {
        return (inline::render("#### ", title, links), 1);
    }
    if is_rule(line) {
        return ("---".to_owned(), 1);
    }
    if tables::is_row(line) {
        let used = count(lines, tables::is_row);
        return (tables::render(&lines[..used], links), used);
    }
    if is_quote(line) {
        let used = count(lines, is_quote);
        let inner: Vec<&str> = lines[..used].iter().map(|line| unquoted(line)).collect();
        return (quote(&inner, links, depth), used);
    }
    if lists::is_item(line) {
        let used = lists::length(lines);
        return (lists::render(&lines[..used], links), used);
    }
    if line.starts_with(' ') {
        // An indented paragraph is a quote in Trac.
        let used = count(lines, |line| line.starts_with(' ') && is_text(line));
        let inner: Vec<&str> = lines[..used.max(1)]
            .iter()
            .map(|line| line.trim())
            .collect();
        return (quote(&inner, links, depth), inner.len());
    }
    let used = count(lines, |line| !line.starts_with(' ') && is_text(line)).max(1);
    let paragraph: Vec<String> = lines[..used]
        .iter()
        .map(|line| inline::render("", line, links))
        .filter(|line| !line.is_empty())
        .collect();
    (paragraph.join("\n"), used)
}

/// Counts the lines at the start that are of a kind.
fn count(lines: &[&str], mut of_kind: impl FnMut(&str) -> bool) -> usize {
    lines.iter().take_while(|line| of_kind(line)).count()
}

/// Says whether a line belongs to a paragraph and begins nothing of its own.
pub(super) fn is_text(line: &str) -> bool {
    !line.trim().is_empty()
        && !opens_block(line)
        && heading(line).is_none()
        && !is_rule(line)
        && !tables::is_row(line)
        && !is_quote(line)
        && !lists::is_item(line)
}

/// Returns the title of `== Title ==` or `= Title #anchor`.
fn heading(line: &str) -> Option<&str> {
    let line = line.trim();
    let title = line.trim_start_matches('=');
    let level = line.len() - title.len();
    if !(1..=6).contains(&level) || !title.starts_with(' ') {
        return None;
    }
    let title = match title.rsplit_once(" #") {
        Some((title, anchor)) if !anchor.contains(' ') => title,
        _ => title,
    };
    let title = title.trim().trim_end_matches('=').trim_end();
    (!title.is_empty()).then_some(title)
}

fn is_rule(line: &str) -> bool {
    let line = line.trim_end();
    line.len() >= 4 && line.bytes().all(|byte| byte == b'-')
}

fn is_quote(line: &str) -> bool {
    line.starts_with('>')
}

fn unquoted(line: &str) -> &str {
    let line = line.strip_prefix('>').unwrap_or(line);
    line.strip_prefix(' ').unwrap_or(line)
}

fn quote(lines: &[&str], links: &Links, depth: usize) -> String {
    if depth >= DEEPEST {
        let words: Vec<&str> = lines
            .iter()
            .map(|line| line.trim_start_matches(['>', ' ']))
            .collect();
        return render_flat(&words, links);
    }
    quote_markdown(&render(lines, links, depth + 1))
}

/// Renders lines as one paragraph, whatever they are.
fn render_flat(lines: &[&str], links: &Links) -> String {
    let lines = lines.iter().map(|line| inline::render("", line, links));
    let filled: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
    filled.join("\n")
}

fn opens_block(line: &str) -> bool {
    let Some(rest) = line.trim().strip_prefix("{{{") else {
        return false;
    };
    rest.is_empty() || (rest.starts_with("#!") && !rest.contains("}}}"))
}

/// Renders `{{{ … }}}` on lines of its own: code, or what its processor makes of it.
fn block(lines: &[&str], links: &Links, depth: usize) -> (String, usize) {
    let mut open = 0_usize;
    let end = lines.iter().position(|line| {
        if opens_block(line) {
            open += 1;
        } else if line.trim() == "}}}" {
            open -= 1;
        }
        open == 0
    });
    // What nobody closes goes to the end.
    let (content, used) = match end {
        Some(end) => (&lines[1..end], end + 1),
        None => (&lines[1..], lines.len()),
    };
    let first = lines[0].trim().trim_start_matches('{').trim();
    let (processor, content) = match content.first().map(|line| line.trim()) {
        Some(second) if first.is_empty() && second.starts_with("#!") => (second, &content[1..]),
        _ => (first, content),
    };
    (processed(processor, content, links, depth), used)
}

fn processed(processor: &str, content: &[&str], links: &Links, depth: usize) -> String {
    let name = processor.trim_start_matches("#!");
    let name = name.split_whitespace().next().unwrap_or_default();
    match name {
        "comment" | "htmlcomment" => String::new(),
        "div" | "span" | "wiki" | "table" | "tr" | "td" | "th" | "box" if depth < DEEPEST => {
            render(content, links, depth + 1)
        }
        "blockquote" => quote(content, links, depth),
        "default" | "text" | "text/plain" => code_block(&content.join("\n"), ""),
        name => code_block(&content.join("\n"), language(name)),
    }
}

/// Trac takes MIME types too: `text/x-python` is `python`.
fn language(name: &str) -> &str {
    let name = name.rsplit_once('/').map_or(name, |(_, name)| name);
    name.strip_prefix("x-").unwrap_or(name)
}
