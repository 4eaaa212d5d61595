//! Templates and values at random: what holds for all of them.

use proptest::prelude::*;
use zulipkit_markup::{
    block, code, code_block, cut, escape, length, split, topic, value::bracket, write,
};

/// Every marker that means something to the server, and some that may join with another to one.
const MARKERS: &[&str] = &[
    "*",
    "**",
    "***",
    "@",
    "@**",
    "@_**",
    "@*",
    "@**all**",
    "@_*a*",
    "#**x**",
    "|",
    "`",
    "``",
    "```",
    "~~~",
    "````",
    "~",
    "~~",
    "$$",
    "[",
    "]",
    "](",
    "(",
    ")",
    "[a](b)",
    "<time:",
    ">",
    "> ",
    "# ",
    "- ",
    "1. ",
    "1",
    ".",
    "com",
    "e.com",
    "http",
    "://",
    ":",
    ":smile:",
    "smile",
    "&",
    "&#42;",
    "copy;",
    "#",
    "/me ",
    "/",
    "\\",
    "^",
    "|---|",
    "---",
    "!",
    " ",
    "  ",
    "\n",
    "\n\n",
    "\r\n",
    "\u{2028}",
    "\t",
    "a",
    "b c",
    "é",
    "😀",
    "1\u{FE0F}\u{20E3}",
    "\u{202E}",
    "\u{FDD0}",
    "\u{FDD1}",
    "\0",
    "quote",
    "text",
    "```quote\n",
    "\n```\n",
    "javascript:",
    "https://e.com/",
    "28",
];

/// Pieces of templates, with holes for values.
const TEMPLATES: &[&str] = &[
    "{}",
    "{}\n",
    " ",
    "a",
    ": ",
    ", ",
    ".",
    ":",
    "@",
    "!",
    "\\",
    "v{}",
    "{}.{}",
    "**{}**",
    "*{}*",
    "***{}***",
    "~~{}~~",
    "`{}`",
    "``{}``",
    "`a {} b`",
    "`",
    "[{}]({})",
    "[`{}`](https://e.com/{}) ",
    "[**{}** x](/{})",
    "\n```\n{}\n```\n",
    "\n```text\n{}\n{}\n```\n",
    "\n~~~{}\n{}\n~~~\n",
    "\n```quote\n{}\n```\n",
    "\n```spoiler {}\n```\n{}\n```\n```\n",
    "\n```spoiler x\n",
    "\n```\n",
    "\n> {}\n",
    "\n> {} {}\n",
    "\n- {}\n",
    "\n# {}\n",
    "\n1. {}\n",
    "\n| {} | b |\n|---|---|\n| {} | c |\n",
    "@_**|{}** ",
    "@**{}** ",
    "#**{}** ",
    "<time:{}> ",
    "https://e.com/{}",
    "\n",
    "\n\n",
    "/",
    "*",
    "[",
    "](",
    "$",
];

fn value() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(MARKERS), 0..8).prop_map(|pieces| pieces.concat())
}

/// A template's text with holes.
fn template() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(TEMPLATES), 1..8).prop_map(|pieces| pieces.concat())
}

fn filled() -> impl Strategy<Value = (String, Vec<String>)> {
    template().prop_flat_map(|template| {
        let holes = template.matches("{}").count();
        (Just(template), prop::collection::vec(value(), holes))
    })
}

fn fill(template: &str, values: &[String], write_value: impl Fn(&str) -> String) -> String {
    let mut values = values.iter();
    let mut parts = template.split("{}");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out += &values
            .next()
            .map_or(String::new(), |value| write_value(value));
        out += part;
    }
    out
}

/// What the reader sees of escaped text, but for the backticks of its code spans.
fn decode(escaped: &str) -> String {
    let mut out = String::new();
    let mut rest = escaped;
    while let Some(start) = rest.find(['&', '`']) {
        out += &rest[..start];
        rest = &rest[start..];
        if let Some(code) = rest.strip_prefix('`') {
            let end = code.find('`').map_or(rest.len(), |end| end + 2);
            out += &rest[..end];
            rest = &rest[end..];
            continue;
        }
        let Some(end) = rest.find(';').filter(|&end| end < 12) else {
            out.push('&');
            rest = &rest[1..];
            continue;
        };
        let name = &rest[1..end];
        let number = name
            .strip_prefix('#')
            .and_then(|number| number.parse().ok());
        match (name, number.and_then(char::from_u32)) {
            ("amp", _) => out.push('&'),
            ("lt", _) => out.push('<'),
            ("gt", _) => out.push('>'),
            ("nbsp", _) => out.push(' '),
            (_, Some(c)) => out.push(c),
            _ => {
                out.push('&');
                rest = &rest[1..];
                continue;
            }
        }
        rest = &rest[end + 1..];
    }
    out + rest
}

/// Takes out what the server shows raw: fenced code, then code spans.
fn without_code(markdown: &str) -> String {
    let mut text = String::new();
    let mut open: Vec<(String, bool)> = Vec::new();
    for line in markdown.split('\n') {
        let mark = line
            .chars()
            .next()
            .filter(|c| matches!(c, '`' | '~'))
            .unwrap_or('`');
        let info = line.trim_start_matches(mark);
        let language = info
            .split(|c: char| !c.is_ascii_alphanumeric() && !"_+-./#,".contains(c))
            .next()
            .unwrap_or("");
        let fence = line[..line.len() - info.len()].to_owned();
        let is_code = open.last().is_some_and(|(_, code)| *code);
        if open
            .last()
            .is_some_and(|(fence, _)| fence == line.trim_end())
        {
            open.pop();
            text.push('\n');
        } else if !is_code && fence.len() >= 3 && !info.contains(['`', '~']) {
            let container = ["quote", "spoiler"].contains(&language);
            text += "\n";
            text += if container { info } else { "" };
            open.push((fence, !container));
        } else if !is_code {
            text += line;
        }
        text.push('\n');
    }
    without_spans(&text)
}

/// Takes out code spans, which may stand over several lines of a paragraph.
fn without_spans(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('`') {
        let width = rest[start..].len() - rest[start..].trim_start_matches('`').len();
        let (before, after) = (&rest[..start], &rest[start + width..]);
        out += before;
        let paragraph = after.find("\n\n").unwrap_or(after.len());
        let end = (0..paragraph).find(|&i| {
            after.is_char_boundary(i)
                && !after[..i].ends_with('`')
                && after[i..].len() - after[i..].trim_start_matches('`').len() == width
        });
        match end.filter(|_| !before.ends_with('\\')) {
            Some(end) => rest = &after[end + width..],
            None => rest = after,
        }
        out += "X";
    }
    out + rest
}

fn has_live_mention(markdown: &str) -> bool {
    let text = without_code(markdown);
    ["@**", "@_**", "@*", "@_*"]
        .iter()
        .any(|mention| text.contains(mention))
}

fn cleaned(text: &str) -> String {
    decode(&escape::inline(text))
}

/// `PROPTEST_CASES` asks for more.
fn cases() -> u32 {
    ProptestConfig::default().cases.max(1000)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn escaped_text_reads_as_it_was(text in value()) {
        let clean: String = text
            .replace("\r\n", "  ")
            .chars()
            .map(|c| if matches!(c, '\n' | '\r' | '\t' | '\u{2028}') { ' ' } else { c })
            .filter(|c| !matches!(c, '\0' | '\u{202E}' | '\u{FDD0}' | '\u{FDD1}'))
            .collect();
        prop_assert_eq!(decode(&escape::inline(&text)), clean.trim());
    }

    #[test]
    fn every_place_shows_the_same(text in value()) {
        for written in [
            escape::label(&text),
            escape::heading(&text),
            escape::cell(&text),
            escape::italic(&text),
            escape::strike(&text),
            escape::spoiler_header(&text),
        ] {
            prop_assert_eq!(decode(&written), cleaned(&text));
        }
    }

    #[test]
    fn escaped_text_mentions_nobody(text in value()) {
        prop_assert!(!has_live_mention(&escape::inline(&text)));
        prop_assert!(!has_live_mention(&block(&text)));
        prop_assert!(!has_live_mention(&code(&text)));
        prop_assert!(!has_live_mention(&code_block(&text, &text)));
    }

    #[test]
    fn a_template_keeps_its_promises((template, values) in filled()) {
        let markdown = write(&fill(&template, &values, bracket));
        prop_assert!(!markdown.contains(['\u{FDD0}', '\u{FDD1}']), "a sentinel is left");
        let own = fill(&template, &values, |_| "x".to_owned());
        let empty = fill(&template, &values, |_| String::new());
        let by_id = markdown.replace("@_**|28**", "");
        prop_assert!(
            has_live_mention(&own) || has_live_mention(&empty) || !has_live_mention(&by_id),
            "a value mentions somebody: {}", markdown
        );
    }

    #[test]
    fn what_surrounds_a_block_stays_outside(value in value(), fence in prop::sample::select(&["```", "~~~", "````text", "```quote", "~~~spoiler x"][..])) {
        let marks: String = fence.chars().take_while(|c| matches!(c, '`' | '~')).collect();
        let markdown = write(&format!("{fence}\n{}\n{marks}\n*after*", bracket(&value)));
        prop_assert!(without_code(&markdown).ends_with("\n*after*\n"), "{}", markdown);
        let lines: Vec<&str> = markdown.lines().collect();
        let closing = lines[lines.len() - 2];
        prop_assert_eq!(lines[1..].iter().filter(|line| line.trim_end() == closing).count(), 1);
    }

    #[test]
    fn a_quoted_value_stays_in_the_quote(value in value()) {
        let markdown = write(&format!("> {}", bracket(&value)));
        prop_assert!(markdown.split('\n').all(|line| line.is_empty() && markdown.is_empty() || line == ">" || line.starts_with("> ")));
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let unquoted: Vec<&str> = markdown.split('\n').map(|line| line.trim_start_matches('>').trim()).collect();
        prop_assert_eq!(words(&decode(&unquoted.join("\n"))), words(&decode(&block(&value))));
    }

    #[test]
    fn a_value_alone_is_written_as_by_itself(value in value()) {
        let written = write(&bracket(&value));
        let single = !block(&value).contains('\n');
        prop_assert_eq!(written, if single { escape::inline(&value) } else { block(&value) });
    }

    #[test]
    fn a_value_among_text_reads_as_it_was(before in "[a-z .:@(]{0,6}", value in value(), after in "[a-z .:)]{0,6}") {
        let markdown = write(&format!("{before}{}{after}", bracket(&value)));
        let clean = cleaned(&value);
        prop_assert!(decode(&markdown).contains(&clean) || value.contains('\n') || value.contains('\u{2028}'), "{}", markdown);
        prop_assert!(markdown.starts_with(&before) || clean.is_empty());
        prop_assert!(markdown.trim_end().ends_with(after.trim_end()));
    }

    #[test]
    fn writing_again_changes_nothing(text in value()) {
        let once = write(&bracket(&text));
        prop_assert_eq!(write(&once), once);
    }

    #[test]
    fn parts_and_cuts_are_never_too_long((template, values) in filled(), limit in 64..200_usize) {
        let markdown = write(&[fill(&template, &values, bracket).as_str(); 6].join("\n"));
        for part in split(&markdown, limit) {
            prop_assert!(length(&part) <= limit, "{} is longer than {}", part, limit);
        }
        let short = cut(&markdown, limit, "…");
        prop_assert!(length(&short) <= limit);
    }

    #[test]
    fn parts_mention_nobody((template, values) in filled(), limit in 64..200_usize) {
        let own = fill(&template, &values, |_| "x".to_owned());
        let empty = fill(&template, &values, |_| String::new());
        if own.contains("@*") || own.contains("@_*") || has_live_mention(&empty) {
            return Ok(());
        }
        let markdown = write(&[fill(&template, &values, bracket).as_str(); 6].join("\n"));
        for part in split(&markdown, limit) {
            prop_assert!(!has_live_mention(&part), "{}", part);
        }
        prop_assert!(!has_live_mention(&cut(&markdown, limit, "…")));
    }

    #[test]
    fn a_topic_is_one_short_visible_line(text in value(), limit in 1..70_usize) {
        let topic = topic(&text.repeat(3), limit, "x");
        prop_assert!(length(&topic) <= limit && !topic.is_empty());
        prop_assert!(!topic.contains(char::is_control));
        prop_assert_eq!(topic.trim(), &topic);
    }
}
