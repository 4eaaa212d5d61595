//! Lines of JSON, of bounded length.

use serde_json::{Map, Value};
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, BufReader};
use zulipkit_diag::{Diagnostic, Result};

/// The longest line in bytes, either way, without its end.
pub const LONGEST_LINE: usize = 4 << 20;

/// How much of a line that is wrong is shown.
const SHOWN: usize = 100;

/// Reads lines, and never keeps more than one.
#[derive(Debug)]
pub(super) struct Lines<R> {
    reader: BufReader<R>,
    longest: usize,
    line: Vec<u8>,
    /// Whether there is more of the line that was too long.
    more: bool,
}

/// What became of the other side's next line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// It is there, without its end.
    There(&'a [u8]),
    /// It is longer than lines may be.
    TooLong,
    /// There will be none any more.
    End,
}

impl<R: tokio::io::AsyncRead + Unpin> Lines<R> {
    pub(super) fn new(reader: R, longest: usize) -> Self {
        Self {
            reader: BufReader::new(reader),
            longest,
            line: Vec::new(),
            more: false,
        }
    }

    /// Reads the next line. The last one may lack its end.
    pub(super) async fn next(&mut self) -> std::io::Result<Line<'_>> {
        self.line.clear();
        loop {
            let (took, ended) = take_some(&mut self.reader, &mut self.line).await?;
            if self.line.len() > self.longest {
                self.more = !ended;
                return Ok(Line::TooLong);
            }
            if ended {
                return Ok(Line::There(&self.line));
            }
            if took == 0 {
                return Ok(match self.line.is_empty() {
                    true => Line::End,
                    false => Line::There(&self.line),
                });
            }
        }
    }

    /// Leaves the rest of a line that is too long.
    pub(super) async fn skip(&mut self) -> std::io::Result<()> {
        while self.more {
            self.line.clear();
            let (took, ended) = take_some(&mut self.reader, &mut self.line).await?;
            self.more = !ended && took > 0;
        }
        Ok(())
    }
}

/// Adds what can be had at once of the line, at most a buffer full. Tells how much was taken, and whether the line ended.
async fn take_some(
    reader: &mut (impl AsyncBufRead + Unpin),
    line: &mut Vec<u8>,
) -> std::io::Result<(usize, bool)> {
    let there = reader.fill_buf().await?;
    let end = there.iter().position(|byte| *byte == b'\n');
    let text = &there[..end.unwrap_or(there.len())];
    line.extend_from_slice(text);
    let took = text.len() + usize::from(end.is_some());
    reader.consume(took);
    Ok((took, end.is_some()))
}

/// Reads a line as a JSON object.
///
/// # Errors
/// It is none.
pub(super) fn object(line: &[u8]) -> Result<Map<String, Value>> {
    serde_json::from_slice(line).map_err(|error| {
        let text = String::from_utf8_lossy(&line[..line.len().min(SHOWN)]);
        Diagnostic::failed(format!("`{}` is no JSON object", text.escape_debug()))
            .source(&error)
            .hint("what is no line of the protocol belongs to standard error")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8], longest: usize) -> Vec<Option<Vec<u8>>> {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.unwrap().block_on(async {
            let mut lines = Lines::new(bytes, longest);
            let mut read = Vec::new();
            loop {
                let too_long = match lines.next().await.unwrap() {
                    Line::End => return read,
                    Line::TooLong => true,
                    Line::There(line) => {
                        read.push(Some(line.to_vec()));
                        false
                    }
                };
                if too_long {
                    read.push(None);
                    lines.skip().await.unwrap();
                }
                assert!(lines.line.capacity() <= 2 * (longest + 8 * 1024));
            }
        })
    }

    #[test]
    fn a_long_line_is_left_and_the_next_one_is_read() {
        let long = [b"x".repeat(50_000), b"\nnext\nlast".to_vec()].concat();
        let next = [None, Some(b"next".to_vec()), Some(b"last".to_vec())];
        assert_eq!(read(&long, 10_000), next);
    }

    #[test]
    fn what_is_no_object_is_shown() {
        let error = object(b"hello\x1b[31m").unwrap_err().one_line();
        assert!(
            error.contains(r"`hello\u{1b}[31m` is no JSON object"),
            "{error}"
        );
        for line in [&b"[1]"[..], b"{", b"{} {}", b"\xff", b"null"] {
            assert!(object(line).is_err());
        }
    }

    proptest! {
        #[test]
        fn lines_are_what_stands_between_their_ends(lines in prop::collection::vec("[^\n]{0,40}", 0..20)) {
            let text: String = lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
            let wanted: Vec<_> = lines.iter().map(|line| {
                (line.len() <= 30).then(|| line.clone().into_bytes())
            }).collect();
            prop_assert_eq!(read(text.as_bytes(), 30), wanted);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let _ = object(&bytes);
            read(&bytes, 16);
        }
    }
}
