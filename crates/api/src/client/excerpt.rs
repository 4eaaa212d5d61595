//! What a person is shown of an answer that is not Zulip's.

/// How many characters of a page are shown.
const SHOWN: usize = 200;

/// How many bytes of a page are looked at for that: scripts and styles may come first.
const LOOKED_AT: usize = 256 << 10;

/// Returns the beginning of a page as a person would read it: no tags, scripts or styles, one line.
pub(super) fn page(body: &[u8]) -> String {
    let beginning = &body[..body.len().min(LOOKED_AT)];
    let text = decode(&strip_tags(&String::from_utf8_lossy(beginning)));
    let words: Vec<_> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    shorten(words.join(" "))
}

/// Returns an address without what may be secret: a name with password, and the query.
pub(super) fn address(address: &str) -> &str {
    let end = address.find(['?', '#']).unwrap_or(address.len());
    let address = &address[..end];
    match address.find('@') {
        Some(at) => &address[at + 1..],
        None => address,
    }
}

/// Takes out tags and comments, and scripts and styles with what they hold.
fn strip_tags(page: &str) -> String {
    let mut text = String::new();
    let mut rest = page;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        if !tag.starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c)) {
            text.push('<');
            rest = tag;
            continue;
        }
        text.push(' ');
        let end = if starts_with_ignoring_case(tag, "!--") {
            "-->"
        } else if starts_with_ignoring_case(tag, "script") {
            "</script"
        } else if starts_with_ignoring_case(tag, "style") {
            "</style"
        } else {
            ">"
        };
        rest = find_ignoring_case(tag, end)
            .and_then(|at| tag[at..].split_once('>'))
            .map_or("", |(_, after)| after);
    }
    text + rest
}

/// Decodes the character references that pages of web servers have.
fn decode(text: &str) -> String {
    // The ampersand comes last, so that nothing is decoded twice.
    [
        ("&nbsp;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ]
    .into_iter()
    .fold(text.to_owned(), |text, (reference, meant)| {
        text.replace(reference, meant)
    })
}

fn shorten(line: String) -> String {
    match line.char_indices().nth(SHOWN - 1) {
        Some((cut, last)) if cut + last.len_utf8() < line.len() => format!("{}…", &line[..cut]),
        _ => line,
    }
}

fn starts_with_ignoring_case(text: &str, start: &str) -> bool {
    text.get(..start.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(start))
}

fn find_ignoring_case(text: &str, sought: &str) -> Option<usize> {
    text.as_bytes()
        .windows(sought.len())
        .position(|window| window.eq_ignore_ascii_case(sought.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_page_is_what_a_person_would_have_read() {
        for (page, text) in [
            ("", ""),
            ("plain\ttext\n", "plain text"),
            ("<p>a</p><p>b</p>", "a b"),
            ("<P CLASS='x'>A &lt;b&gt; &amp;amp;", "A <b> &amp;"),
            ("before<SCRIPT>if (1 < 2) {}</SCRIPT >after", "before after"),
            ("<style>p{}</style>x<!-- <p>no</p> -->y", "x y"),
            ("cut <a href='", "cut"),
            ("1 < 2 <3", "1 < 2 <3"),
        ] {
            assert_eq!(super::page(page.as_bytes()), text, "{page}");
        }
    }

    #[test]
    fn an_address_is_shown_without_what_may_be_secret() {
        assert_eq!(address("/login?next=%2F"), "/login");
        assert_eq!(address("https://me:secret@x.example/a#b"), "x.example/a");
    }

    proptest! {
        #[test]
        fn any_page_becomes_one_short_line(page in "(<|>|</|script|style|!--|-->|&lt;|&|ä|\\PC|\n){0,60}") {
            let text = super::page(page.as_bytes());
            prop_assert!(text.chars().count() <= SHOWN);
            prop_assert!(!text.chars().any(char::is_control));
        }
    }
}
