use crate::shipped;
use insta::assert_snapshot;
use zulipkit_integrations::bzr::Settings;

fn message(fixture: &str) -> String {
    shipped::message::<Settings>("bzr", fixture, "default")
}

#[test]
fn a_push_lists_its_revisions() {
    assert_snapshot!(message("push"), @r#"
    [website/trunk]
    **ada** pushed [2 revisions](https://bzr.example.com/website/trunk/revision/ada%40example.com-20260301120002-k3v9x2m4q7t1b8z2/ada%40example.com-20260301120000-k3v9x2m4q7t1b8z0) by Ada Lovelace to `trunk`:

    * [r41](https://bzr.example.com/website/trunk/revision/ada%40example.com-20260301120001-k3v9x2m4q7t1b8z1) Fix rounding in invoices
    * [r42](https://bzr.example.com/website/trunk/revision/ada%40example.com-20260301120002-k3v9x2m4q7t1b8z2) Add a test

    2 files changed: 1 added, 1 modified
    "#);
    assert_snapshot!(message("commit"), @r#"
    [website/trunk]
    [1,204 revisions](https://bzr.example.com/website/trunk/revision/ada%40example.com-20260301120002-k3v9x2m4q7t1b8z2/ada%40example.com-20260301120000-k3v9x2m4q7t1b8z0) (1 merge) committed to `trunk`:

    * [r41](https://bzr.example.com/website/trunk/revision/ada%40example.com-20260301120001-k3v9x2m4q7t1b8z1) Merge quiet – Ada Lovelace
    * [r42](https://bzr.example.com/website/trunk/revision/ada%40example.com-20260301120002-k3v9x2m4q7t1b8z2) Next – @_**|7**
    * and [1,202 more](https://bzr.example.com/website/trunk/revision/ada%40example.com-20260301120002-k3v9x2m4q7t1b8z2/ada%40example.com-20260301120000-k3v9x2m4q7t1b8z0) before these
    "#);
    assert_snapshot!(message("create"), @r#"
    [website/trunk]
    **ada** created branch `trunk` with 42 revisions by Ada Lovelace:

    * [r41](https://bzr.example.com/website/trunk/revision/ada%40example.com-20260301120001-k3v9x2m4q7t1b8z1) Fix rounding in invoices
    * [r42](https://bzr.example.com/website/trunk/revision/ada%40example.com-20260301120002-k3v9x2m4q7t1b8z2) Add a test
    * and [40 more](https://bzr.example.com/website/trunk/changes) before these
    "#);
}

#[test]
fn history_that_is_taken_back_lists_what_was_removed() {
    assert_snapshot!(message("rewrite"), @r#"
    [website/trunk]
    **ada** rewrote `trunk`: 2 revisions removed, [1 revision](https://bzr.example.com/website/trunk/revision/ada%40example.com-20260301120001-k3v9x2m4q7t1b8z1/ada%40example.com-20260301120002-k3v9x2m4q7t1b8z2) by Ada Lovelace added.

    Removed:

    * `r41` Fix rounding
    * `r42` Add a test

    Added:

    * [r41](https://bzr.example.com/website/trunk/revision/ada%40example.com-20260301120001-k3v9x2m4q7t1b8z1) Another fix
    "#);
    assert_snapshot!(message("back"), @r#"
    [website/trunk]
    **ada** set `trunk` back to [r40](https://bzr.example.com/website/trunk/revision/ada%40example.com-20260301120000-k3v9x2m4q7t1b8z0): 30 revisions removed.

    Removed:

    * `r41` Fix rounding
    * `r42` Add a test
    * and 28 more before these
    "#);
    assert_snapshot!(message("emptied"), @r#"
    [website/trunk]
    `trunk` emptied: 1 revision removed.

    Removed:

    * `r1` First
    "#);
}

#[test]
fn revisions_that_could_not_be_read_are_told_by_the_last_number() {
    assert_snapshot!(message("incomplete"), @r#"
    [website/trunk]
    **ada** pushed revisions up to [r42](https://bzr.example.com/website/trunk/revision/ada%40example.com-20260301120002-k3v9x2m4q7t1b8z2) to `trunk`.
    "#);
    assert_snapshot!(message("incomplete_create"), @r#"
    [website/trunk]
    Branch `trunk` created at [r42](https://bzr.example.com/website/trunk/revision/ada%40example.com-20260301120002-k3v9x2m4q7t1b8z2).
    "#);
}

#[test]
fn text_from_outside_does_no_harm() {
    assert_snapshot!(message("hostile"), @r#"
    [website/x```y]
    **@&#42;&#42;all&#42;&#42;** pushed [1 revision](https://bzr.example.com/website/trunk/revision/ada%40example.com-20260301120002-k3v9x2m4q7t1b8z2/ada%40example.com-20260301120000-k3v9x2m4q7t1b8z0) by &#42;&#42;Mallory&#42;&#42; to ````x```y````:

    * [r42](https://bzr.example.com/website/trunk/revision/ada%40example.com-20260301120002-k3v9x2m4q7t1b8z2) @&#42;&#42;all&#42;&#42; &#91;x&#93;&#40;http://evil) `code` #&#42;&#42;general&#42;&#42;
    "#);
}
