//! Zulip Markdown to HTML, the least that serves: escaped paragraphs and mentions.

use regex::Regex;

/// What came of rendering.
#[derive(Debug, Default)]
pub struct Rendered {
    pub html: String,
    pub mentions: Vec<u64>,
    pub wildcard: bool,
    pub topic_wildcard: bool,
    pub groups: Vec<u64>,
}

/// Who and what a message can name.
pub trait Directory {
    fn user(&self, name: Option<&str>, id: Option<u64>) -> Option<(u64, String)>;
    fn channel(&self, name: &str) -> Option<(u64, String)>;
    fn group(&self, name: &str) -> Option<(u64, String)>;
}

pub fn html(markdown: &str, directory: &dyn Directory) -> Rendered {
    let mut rendered = Rendered::default();
    let escaped = markdown
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    if markdown.is_empty() {
        return rendered;
    }
    let mention = Regex::new(r"@\*\*([^*]+)\*\*").expect("a constant");
    for name in mention
        .captures_iter(markdown)
        .map(|found| found[1].to_owned())
    {
        match name.as_str() {
            "all" | "everyone" | "channel" | "stream" => rendered.wildcard = true,
            "topic" => rendered.topic_wildcard = true,
            _ => rendered
                .mentions
                .extend(directory.user(Some(&name), None).map(|(id, _)| id)),
        }
    }
    let paragraphs: Vec<String> = escaped
        .split("\n\n")
        .map(|part| format!("<p>{}</p>", part.trim_matches('\n').replace('\n', "<br>\n")))
        .collect();
    rendered.html = paragraphs.join("\n");
    rendered
}
