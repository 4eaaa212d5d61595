use std::io::{self, Read};

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

/// Takes a commit's message apart: the first line, or words that say that there is none, and the rest.
pub(crate) fn subject_and_body(message: &str) -> (String, String) {
    let message = message.trim();
    let (subject, body) = message.split_once('\n').unwrap_or((message, ""));
    (
        subject_or_placeholder(&subject[..subject.floor_char_boundary(LONGEST)]),
        beginning(body.trim().as_bytes()),
    )
}

/// Reads UTF-8 from a program that lets other bytes through; these become U+FFFD.
#[derive(Debug)]
pub(crate) struct TextReader<R> {
    input: R,
    /// The beginning of a character whose end has not come yet.
    unfinished: Vec<u8>,
    text: Vec<u8>,
    /// How much of `text` has been read.
    read: usize,
}

impl<R: Read> TextReader<R> {
    pub(crate) fn new(input: R) -> Self {
        Self {
            input,
            unfinished: Vec::new(),
            text: Vec::new(),
            read: 0,
        }
    }

    /// Fetches more text, unless there is no more.
    fn fetch(&mut self) -> io::Result<()> {
        self.text.clear();
        self.read = 0;
        let mut chunk = [0; 1 << 14];
        loop {
            let count = self.input.read(&mut chunk)?;
            self.unfinished.extend_from_slice(&chunk[..count]);
            let mut bytes = std::mem::take(&mut self.unfinished);
            if count > 0 {
                self.unfinished = bytes.split_off(bytes.len() - unfinished(&bytes));
            }
            for piece in bytes.utf8_chunks() {
                self.text.extend_from_slice(piece.valid().as_bytes());
                if !piece.invalid().is_empty() {
                    self.text.extend_from_slice("\u{fffd}".as_bytes());
                }
            }
            if count == 0 || !self.text.is_empty() {
                return Ok(());
            }
        }
    }
}

impl<R: Read> Read for TextReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.read == self.text.len() {
            self.fetch()?;
        }
        let rest = &self.text[self.read..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.read += count;
        Ok(count)
    }
}

/// Returns how many bytes at the end may be a character whose end is missing.
fn unfinished(bytes: &[u8]) -> usize {
    let mut last = bytes.iter().rev().take(3).enumerate();
    let start = last.find(|(_, byte)| !matches!(byte, 0x80..=0xBF));
    let length = |byte| match byte {
        0xC0..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF7 => 4,
        _ => 1,
    };
    match start {
        Some((at, byte)) if length(*byte) > at + 1 => at + 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time, as a slow program may.
    struct Slowly<'a>(&'a [u8]);

    impl Read for Slowly<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.0.len().min(1);
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced_wherever_the_input_is_cut() {
        for bytes in [
            &b"caf\xe9 \xff"[..],
            "naïve ☃ 😀".as_bytes(),
            b"\xe2\x98",
            b"",
        ] {
            let whole = String::from_utf8_lossy(bytes);
            let mut text = String::new();
            TextReader::new(bytes).read_to_string(&mut text).unwrap();
            assert_eq!(text, whole);
            let mut text = String::new();
            TextReader::new(Slowly(bytes))
                .read_to_string(&mut text)
                .unwrap();
            assert_eq!(text, whole);
        }
    }
}
