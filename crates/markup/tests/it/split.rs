//! Long messages.

use zulipkit_markup::{code, code_block, cut, length, split, spoiler};

#[test]
fn what_fits_stays_as_it_is() {
    assert_eq!(split("a\n", 100), ["a\n"]);
    assert_eq!(cut("a\n", 100, "…"), "a\n");
}

#[test]
fn paragraphs_are_kept_whole_where_that_fills_half_a_part() {
    let (a, b) = ("a ".repeat(30), "b\n".repeat(30));
    let parts = split(&format!("{a}\n\n{b}"), 100);
    assert_eq!(parts, [a.as_str(), b.trim_end()]);
}

#[test]
fn lines_then_words_are_kept_whole() {
    let lines = "some words\n".repeat(20);
    assert!(
        split(&lines, 64)
            .iter()
            .all(|part| part.lines().all(|line| line == "some words"))
    );
    let words = "word ".repeat(40) + "word";
    assert!(
        split(&words, 64)
            .iter()
            .all(|part| part.split(' ').all(|word| word == "word"))
    );
    let letters = "é".repeat(150);
    assert_eq!(
        split(&letters, 64),
        ["é".repeat(64), "é".repeat(64), "é".repeat(22)]
    );
}

#[test]
fn blocks_are_closed_and_opened_again() {
    let log = code_block(&"line\n".repeat(40), "text");
    let parts = split(&spoiler("The log", &log), 170);
    assert!(parts.len() > 1);
    for part in parts {
        assert!(
            part.starts_with("````spoiler The log\n```text\nline\n"),
            "{part}"
        );
        assert!(part.ends_with("line\n```\n````"), "{part}");
        assert!(length(&part) <= 170);
    }
}

#[test]
fn a_block_is_not_opened_for_nothing() {
    let text = format!("{}\n```text\n{}\n```", "a".repeat(80), "b".repeat(300));
    let parts = split(&text, 100);
    assert_eq!(parts[0], "a".repeat(80));
    assert_eq!(parts[1], format!("```text\n{}\n```", "b".repeat(88)));
}

#[test]
fn a_code_span_is_closed_and_opened_again() {
    let parts = split(&code(&"a @**all** ".repeat(20)), 64);
    assert!(parts.len() > 2);
    for part in parts {
        assert!(part.starts_with('`') && part.ends_with('`'), "{part}");
        assert!(length(&part) <= 64);
    }
}

#[test]
fn a_word_at_the_start_of_a_part_begins_nothing() {
    for (mark, safe) in [
        ("> b", "&gt; b"),
        ("/poll b", "&#47;poll b"),
        ("# b", "&#35; b"),
        ("~~~ b", "&#126;~~ b"),
    ] {
        let text = format!("{} {mark} {}", "a".repeat(63), "c".repeat(30));
        let parts = split(&text, 64);
        assert!(parts[1].starts_with(safe), "{}", parts[1]);
    }
}

#[test]
fn a_quoted_line_stays_quoted() {
    let parts = split(&format!("> {}", "word ".repeat(40)), 64);
    assert!(parts.iter().all(|part| part.starts_with("> word")));
}

#[test]
fn fences_without_room_in_them_are_shown_as_text() {
    let text = code_block(&format!("{}\n@**all**", "`".repeat(100)), "text");
    for part in split(&text, 120) {
        assert!(!part.contains("@**"), "{part}");
        assert!(length(&part) <= 120);
    }
}

#[test]
fn what_is_cut_ends_with_the_tail() {
    let log = code_block(&"line\n".repeat(40), "text");
    assert_eq!(
        cut(&log, 80, "[…]"),
        format!("```text\n{}```\n[…]", "line\n".repeat(13))
    );
    assert_eq!(
        cut(&log, 80, ""),
        format!("```text\n{}```", "line\n".repeat(13))
    );
    assert_eq!(cut(&log, 3, "[…] more"), "[…]");
}
