//! Small builders.

use zulipkit_markup::{
    code_block, length, link, mention, quote_block, silent_mention, spoiler, time, topic,
    value::{bracket, strip},
};

#[test]
fn mentions_need_no_name() {
    assert_eq!(mention(28), "@**|28**");
    assert_eq!(silent_mention(28), "@_**|28**");
}

#[test]
fn times_have_the_shape_of_times() {
    for good in [
        "2026-11-25",
        "2026-11-25T03:25Z",
        "2026-11-25T03:25:00.5+01:00",
        "2026-11-25 03:25:00",
    ] {
        assert_eq!(time(good), format!("<time:{good}>"));
    }
    for bad in [
        "",
        "1",
        "2026-11-25T",
        "2026-11-25T03:25:00.Z",
        "2026-11-25T03:25:00Z> *",
    ] {
        assert!(!time(bad).contains("<time"), "{bad}");
    }
}

#[test]
fn a_link_needs_something_to_lead_to() {
    assert_eq!(link("a*", " "), "a&#42;");
    assert_eq!(
        link("", "https://e.com"),
        "[https&#58;//e.com](https://e.com)"
    );
    assert_eq!(link("a", "#narrow/channel/1"), "[a](#narrow/channel/1)");
    assert_eq!(link("a", "//e.com"), "a (//e.com)");
    assert_eq!(link("", "data:x"), "(data&#58;x)");
    assert_eq!(link("a", "JAVA\nSCRIPT:x"), "a (JAVA SCRIPT&#58;x)");
    assert_eq!(link("a", "HTTPS://e.com"), "[a](HTTPS://e.com)");
}

#[test]
fn a_spoiler_is_longer_than_what_it_hides() {
    assert_eq!(spoiler("", "x"), "```spoiler\nx\n```");
    assert_eq!(
        spoiler("a", "````text\nx\n````"),
        "`````spoiler a\n````text\nx\n````\n`````"
    );
}

#[test]
fn a_language_is_only_a_language() {
    assert_eq!(code_block("x", "Spoiler"), "```text\nx\n```");
    assert_eq!(code_block("x", "{.quote}"), "```text\nx\n```");
    assert_eq!(code_block("x", "c++\n@**all**"), "```c++all\nx\n```");
}

#[test]
fn an_empty_quote_is_no_quote() {
    assert_eq!(quote_block("\n \n"), "");
}

#[test]
fn topics_are_cut_between_whole_characters() {
    assert_eq!(topic("👩\u{200D}💻👩\u{200D}💻", 5, "x"), "👩\u{200D}💻…");
    assert_eq!(
        topic(&format!("a{}", "\u{301}".repeat(9)), 4, "x"),
        "a\u{301}\u{301}…"
    );
    assert_eq!(topic("abc", 0, "x"), "");
    assert_eq!(topic("✔ ", 60, "x"), "x");
}

#[test]
fn lengths_are_code_points() {
    assert_eq!(length("e\u{301}😀"), 3);
}

#[test]
fn sentinels_can_be_taken_out() {
    assert_eq!(strip(&bracket("a\u{FDD0}\u{10FFFF}b")), "ab");
}
