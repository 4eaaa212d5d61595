use crate::shipped;
use insta::assert_snapshot;
use zulipkit_integrations::svn::Settings;

fn message(fixture: &str, style: &str) -> String {
    shipped::message::<Settings>("svn", fixture, style)
}

#[test]
fn a_commit_lists_its_paths_and_quotes_every_line() {
    assert_snapshot!(message("commit", "default"), @r#"
    [website/trunk]
    **ada** committed [r3](https://svn.example.com/viewvc/website?view=revision&revision=3) to `trunk`:

    > Fix rounding in invoices
    >
    > Half cents were lost. @&#42;&#42;all&#42;&#42; &#96;x
    > &#45; &#91;a&#93;(b)
    > &gt; quoted

    4 paths changed: 3 added, 1 modified (1 copied)

    * modified [trunk/src/invoice.c](https://svn.example.com/viewvc/website/trunk/src/invoice.c?view=markup&pathrev=3)
    * added [trunk/src/old one.c](https://svn.example.com/viewvc/website/trunk/src/old%20one.c?view=markup&pathrev=3) from `trunk/src/invoice.c@2`
    * added `trunk/tests/`
    * added [trunk/tests/rounding.c](https://svn.example.com/viewvc/website/trunk/tests/rounding.c?view=markup&pathrev=3)
    "#);
    assert_snapshot!(message("commit", "classic"), @r#"
    [website]
    **ada** committed revision r3 to `website`.

    > Fix rounding in invoices
    >
    > Half cents were lost. @&#42;&#42;all&#42;&#42; &#96;x
    > &#45; &#91;a&#93;(b)
    > &gt; quoted
    "#);
}

#[test]
fn many_paths_are_folded() {
    assert_snapshot!(message("many", "default"), @r#"
    [website/trunk]
    **ada** committed [r4](https://svn.example.com/viewvc/website?view=revision&revision=4) to `trunk`:

    > Import a lot

    12 paths changed: 12 added

    * `trunk/src/`: 3
    * `trunk/src/a/`: 3
    * `trunk/src/b/`: 3
    * `trunk/src/c/`: 3
    "#);
}

#[test]
fn branches_and_tags_say_what_they_were_copied_from() {
    assert_snapshot!(message("branch", "default"), @r#"
    [website/x]
    **ada** created branch `x` from `trunk@4` in [r5](https://svn.example.com/viewvc/website?view=revision&revision=5):

    > Branch for x
    "#);
    assert_snapshot!(message("tag", "default"), @r#"
    [website/tags]
    **ada** created tag `1.0` from `trunk@5` in [r6](https://svn.example.com/viewvc/website?view=revision&revision=6):

    > Release 1.0
    "#);
    assert_snapshot!(message("tag", "classic"), @r#"
    [website]
    **ada** committed revision r6 to `website`.

    > Release 1.0
    "#);
}

#[test]
fn an_unreadable_revision_is_told_by_its_number() {
    assert_snapshot!(message("incomplete", "default"), @r#"
    [website]
    Revision [r3](https://svn.example.com/viewvc/website?view=revision&revision=3) was committed.
    "#);
}

#[test]
fn properties_and_locks() {
    assert_snapshot!(message("revprop", "default"), @r#"
    [website]
    **ada** changed the property `svn:log` of [r3](https://svn.example.com/viewvc/website?view=revision&revision=3):

    > Fix rounding
    >
    > All of it.

    It was:

    > Fix ronuding
    "#);
    assert_snapshot!(message("lock", "default"), @r#"
    [website/locks]
    **ada** locked 2 paths:

    * `trunk/a`
    * ``trunk/`b` ``
    "#);
    assert_snapshot!(message("unlock", "default"), @r#"
    [website/locks]
    **ada** unlocked 1 path:

    * `trunk/a`
    "#);
}
