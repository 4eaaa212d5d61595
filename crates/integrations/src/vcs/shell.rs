//! Commands that a product has the shell run.

use std::path::PathBuf;

/// Writes a word so that the shell reads it as it is.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+".contains(&byte);
    match !word.is_empty() && word.bytes().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

/// Returns the program that a command calls: the shell's first word.
pub(crate) fn program_of(command: &str) -> PathBuf {
    let mut word = String::new();
    let mut quoted = false;
    let mut characters = command.trim_start().chars();
    while let Some(character) = characters.next() {
        match character {
            '\'' => quoted = !quoted,
            '\\' if !quoted => word.extend(characters.next()),
            blank if blank.is_whitespace() && !quoted => break,
            character => word.push(character),
        }
    }
    word.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_that_is_needed_and_read_back() {
        for (word, written) in [
            ("/usr/bin/zulipkit", "/usr/bin/zulipkit"),
            ("/opt/a b/it's", r"'/opt/a b/it'\''s'"),
            ("$(x)", "'$(x)'"),
        ] {
            assert_eq!(quoted(word), written);
            assert_eq!(
                program_of(&format!("{written} more words")),
                PathBuf::from(word)
            );
        }
    }
}
