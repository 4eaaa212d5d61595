use crate::shipped;
use insta::assert_snapshot;
use zulipkit_integrations::cvs::Settings;

fn message(fixture: &str) -> String {
    shipped::message::<Settings>("cvs", fixture, "default")
}

#[test]
fn a_commit_lists_its_files_and_quotes_every_line() {
    assert_snapshot!(message("commit"), @r#"
    [cvsroot/tools]
    **ada** committed to `tools` on branch `STABLE`:

    > Fix rounding in invoices
    >
    > Half cents were lost. @&#42;&#42;all&#42;&#42; &#96;x
    > &#45; &#91;a&#93;(b)
    > &gt; quoted

    3 files changed: 1 added, 1 modified, 1 deleted

    * modified [tools/src/invoice.c](https://cvs.example.com/viewvc/cvsroot/tools/src/invoice.c?view=markup&revision=1.5) 1.4 → 1.5
    * deleted `tools/src/old one.c`
    * added [tools/tests/rounding.c](https://cvs.example.com/viewvc/cvsroot/tools/tests/rounding.c?view=markup&revision=1.1)
    "#);
}

#[test]
fn many_files_are_folded() {
    assert_snapshot!(message("many"), @r#"
    [cvsroot/tools]
    **ada** committed [1006B06AC7631437F83](https://cvs.example.com/commits/1006B06AC7631437F83) to `tools`:

    > Begin

    12 files changed: 12 added

    * `tools/src/`: 6
    * `tools/tests/`: 6
    "#);
}

#[test]
fn an_import_counts_its_files() {
    assert_snapshot!(message("import"), @r#"
    [cvsroot/library]
    **ada** imported `V1_2`, `CURRENT` from `ACME` into `library`: 2 new, 0 updated, 1 with conflicts.

    > New release of the library

    Changed here too:

    * `library/three`
    "#);
}
