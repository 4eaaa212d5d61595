//! Zulip's Markdown for people who read it as text.

/// Shows Zulip Markdown as its readers see the characters: references become what they stand for.
pub(crate) fn as_read(markdown: &str) -> String {
    let mut text = String::new();
    let mut rest = markdown;
    while let Some((before, after)) = rest.split_once("&#") {
        text.push_str(before);
        let decoded = after
            .split_once(';')
            .and_then(|(number, after)| Some((char::from_u32(number.parse().ok()?)?, after)));
        match decoded {
            Some((c, after)) => {
                text.push(c);
                rest = after;
            }
            None => {
                text.push_str("&#");
                rest = after;
            }
        }
    }
    text.push_str(rest);
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&")
}
