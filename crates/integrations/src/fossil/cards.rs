//! An artifact's own text: lines that begin with a letter, called cards.
//!
//! Fossil documents the format in `fileformat.wiki`.

/// The cards of an artifact.
#[derive(Debug)]
pub(super) struct Cards<'a> {
    cards: Vec<(&'a str, Vec<String>)>,
    /// What follows the card `W`: the text of a page or of a post.
    pub(super) text: &'a str,
}

impl<'a> Cards<'a> {
    /// Takes an artifact apart.
    pub(super) fn of(artifact: &'a str) -> Self {
        let mut cards = Vec::new();
        let mut text = "";
        let mut rest = artifact;
        while let Some((line, after)) = rest.split_once('\n') {
            let mut words = line.split(' ');
            let letter = words.next().unwrap_or_default();
            cards.push((letter, words.map(decoded).collect()));
            if letter == "W" {
                // Its size counts bytes, some of which may have been replaced since. The checksum comes last.
                text = after.rfind("\nZ ").map_or(after, |end| &after[..end]);
                break;
            }
            rest = after;
        }
        Self { cards, text }
    }

    /// Returns the words of all cards with a letter.
    pub(super) fn all(&self, letter: &str) -> impl Iterator<Item = &[String]> {
        let cards = self.cards.iter().filter(move |(own, _)| *own == letter);
        cards.map(|(_, words)| words.as_slice())
    }

    /// Returns a word of the first card with a letter.
    pub(super) fn word(&self, letter: &str, at: usize) -> Option<&str> {
        let word = self.all(letter).next()?.get(at)?;
        Some(word.as_str()).filter(|word| !word.is_empty())
    }
}

/// Reads a word in which blanks, ends of lines and backslashes are written with a backslash.
fn decoded(word: &str) -> String {
    let mut text = String::with_capacity(word.len());
    let mut characters = word.chars();
    while let Some(character) = characters.next() {
        text.push(match character {
            '\\' => match characters.next() {
                Some('s') => ' ',
                Some('t') => '\t',
                Some('n') => '\n',
                Some('r') => '\r',
                Some(other) => other,
                None => break,
            },
            character => character,
        });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_and_text_are_read() {
        let cards = Cards::of(
            "D 2026-03-01T12:00:00.000\nH A\\stitle\\\\x\nJ +comment two\\nlines\nJ status Open\nU ada\nW 11\nZ one\n\
             more\n\nZ 0123\n",
        );
        assert_eq!(cards.word("H", 0), Some("A title\\x"));
        assert_eq!(cards.word("G", 0), None);
        let fields: Vec<_> = cards.all("J").map(<[String]>::to_vec).collect();
        assert_eq!(fields, [["+comment", "two\nlines"], ["status", "Open"]]);
        assert_eq!(cards.text, "Z one\nmore\n");
    }
}
