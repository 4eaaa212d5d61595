//! Writing HTML: escaping, and the block elements of a message.

use super::inline::Reader;
use super::source::is_space;
use super::tree::{Align, Element, List, Tag};

/// Escapes text, in which complete character references such as `&#42;` stay.
pub(super) fn text(text: &str) -> String {
    escape(text, |c| match c {
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        _ => None,
    })
}

/// Escapes an attribute's value, in which complete character references stay.
pub(super) fn attribute(value: &str) -> String {
    escape(value, |c| match c {
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&quot;"),
        _ => None,
    })
}

/// Escapes code, where a character reference is shown as it is written.
pub(super) fn code(code: &str) -> String {
    code.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn escape(text: &str, replacement: fn(char) -> Option<&'static str>) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match replacement(c) {
            Some(replacement) => escaped.push_str(replacement),
            None if c == '&' && !is_reference(&text[at + 1..]) => escaped.push_str("&amp;"),
            None => escaped.push(c),
        }
    }
    escaped
}

/// Tells whether text after `&` makes a character reference of it: `#42;`, `#x2a;`, or any letters
/// and digits and `;`.
fn is_reference(after: &str) -> bool {
    let (digits, is_digit): (&str, fn(char) -> bool) = match after.as_bytes() {
        [b'#', b'x' | b'X', ..] => (&after[2..], |c| c.is_ascii_hexdigit()),
        [b'#', ..] => (&after[1..], |c| c.is_ascii_digit()),
        _ => (after, |c| c.is_ascii_alphanumeric()),
    };
    let rest = digits.trim_start_matches(is_digit);
    rest.len() < digits.len() && rest.starts_with(';')
}

/// Returns a block of code, without a line end after it. The language is the one to be shown.
pub(super) fn code_block(source: &str, language: Option<&str>) -> String {
    let code = code(source.trim_matches('\n'));
    let (attribute, code) = match language {
        Some(language) => (
            format!(r#" data-code-language="{}""#, attribute(language)),
            code,
        ),
        // The server's highlighter escapes quotation marks too, which stay so unless a language is
        // added afterwards.
        None => (
            String::new(),
            code.replace('"', "&quot;").replace('\'', "&#39;"),
        ),
    };
    format!(
        r#"<div class="codehilite"{attribute}><pre><span></span><code>{code}
</code></pre></div>"#
    )
}

/// Writes the children of the tree's root.
pub(super) fn write(root: &Element, reader: &mut Reader<'_>) -> String {
    let mut html = String::new();
    for child in &root.children {
        write_element(child, reader, &mut html);
    }
    html
}

/// Writes an element and the text after it. Block elements stand on lines of their own.
fn write_element(element: &Element, reader: &mut Reader<'_>, html: &mut String) {
    match &element.tag {
        Tag::Code => {
            html.push_str(&code_block(&element.text, None));
            html.push('\n');
        }
        Tag::Rule => html.push_str("<hr>"),
        Tag::Paragraph => match reader.stash.sole_block(&element.text) {
            Some(block) => html.push_str(&block.open),
            None => write_content(element, reader, html),
        },
        _ => write_content(element, reader, html),
    }
    write_text(&element.tail, true, reader, html);
}

fn write_content(element: &Element, reader: &mut Reader<'_>, html: &mut String) {
    let (name, attributes) = tag(&element.tag);
    html.push('<');
    html.push_str(name);
    html.push_str(&attributes);
    html.push('>');
    write_text(&element.text, !element.children.is_empty(), reader, html);
    for child in &element.children {
        write_element(child, reader, html);
    }
    html.push_str("</");
    html.push_str(name);
    html.push('>');
}

/// Writes the text between two tags, or a line end in place of nothing if the tags shall stand on
/// lines of their own.
fn write_text(text: &str, on_lines: bool, reader: &mut Reader<'_>, html: &mut String) {
    if !text.chars().all(is_space) {
        reader.write(text, html);
    } else if on_lines {
        html.push('\n');
    }
}

/// Returns a tag's name and its attributes with a space before each.
fn tag(tag: &Tag) -> (&'static str, String) {
    let name = match tag {
        Tag::Root => "div",
        Tag::Paragraph => "p",
        Tag::Heading(level) => ["h1", "h2", "h3", "h4", "h5", "h6"][(level - 1).min(5)],
        Tag::Rule => "hr",
        Tag::Quote => "blockquote",
        Tag::List(List::Bullets) => "ul",
        Tag::List(List::Numbers { .. }) => "ol",
        Tag::Item => "li",
        Tag::Code => "pre",
        Tag::Table => "table",
        Tag::Head => "thead",
        Tag::Body => "tbody",
        Tag::Row => "tr",
        Tag::HeadCell(_) => "th",
        Tag::Cell(_) => "td",
    };
    let attributes = match tag {
        Tag::List(List::Numbers { start }) if start != "1" => {
            format!(r#" start="{}""#, attribute(start))
        }
        Tag::HeadCell(align) | Tag::Cell(align) => match align {
            Align::None => String::new(),
            Align::Left => r#" style="text-align: left;""#.to_owned(),
            Align::Center => r#" style="text-align: center;""#.to_owned(),
            Align::Right => r#" style="text-align: right;""#.to_owned(),
        },
        _ => String::new(),
    };
    (name, attributes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complete_character_references_stay() {
        assert_eq!(
            text("&#42; &#x2A; &copy; & &copy &#; &#x; &é; <b>\""),
            "&#42; &#x2A; &copy; &amp; &amp;copy &amp;#; &amp;#x; &amp;é; &lt;b&gt;\""
        );
        assert_eq!(attribute("a\"b&c"), "a&quot;b&amp;c");
        assert_eq!(code("&amp;<"), "&amp;amp;&lt;");
    }
}
