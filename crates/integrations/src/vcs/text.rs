/// How much of a subject or a body is kept, in bytes; a message of Zulip holds 10,000 characters.
pub(crate) const LONGEST: usize = 10_000;

/// How many different authors are named.
pub(crate) const MOST_AUTHORS: usize = 100;

/// How many paths are kept for routes to look at.
pub(crate) const MOST_PATHS: usize = 10_000;

/// Reads bytes of any encoding as text. What is no UTF-8 becomes U+FFFD.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Reads as much of a long text as is kept.
pub(crate) fn beginning(bytes: &[u8]) -> String {
    text(&bytes[..bytes.len().min(LONGEST)])
}

/// Returns a commit's or tag's first line, or words that say that it has none.
pub(crate) fn subject_or_placeholder(subject: &str) -> String {
    match subject.trim() {
        "" => "(no subject)".to_owned(),
        subject => subject.to_owned(),
    }
}
