use crate::shipped;
use insta::assert_snapshot;
use zulipkit_integrations::perforce::Settings;

fn message(fixture: &str, style: &str) -> String {
    shipped::message::<Settings>("perforce", fixture, style)
}

#[test]
fn a_submit_quotes_every_line_and_lists_its_files() {
    assert_snapshot!(message("commit", "default"), @r"
    [streams/main]
    **ada** submitted [@1843](https://swarm.example.com/changes/1843) to `//streams/main/src/...`:

    > Fix rounding in invoices
    >
    > Half cents were lost. @&#42;&#42;all&#42;&#42; &#96;x
    > &#126;&#126;&#126;
    > &gt; quoted

    2 files: 1 added, 1 modified

    * modified [//streams/main/src/invoice.c](https://swarm.example.com/files/streams/main/src/invoice.c?v=@1843)
    * added ``//streams/main/src/`odd`.c``
    ");
    assert_snapshot!(message("commit", "classic"), @r"
    [//streams/main/src/...]
    **ada** committed revision [@1843](https://swarm.example.com/changes/1843) to `//streams/main/src/...`.

    > Fix rounding in invoices
    >
    > Half cents were lost. @&#42;&#42;all&#42;&#42; &#96;x
    > &#126;&#126;&#126;
    > &gt; quoted
    ");
}

#[test]
fn many_files_are_folded_to_their_folders() {
    assert_snapshot!(message("many", "default"), @r"
    [streams/main]
    **ada** submitted [@1843](https://swarm.example.com/changes/1843) to `//streams/main/src/...`:

    > Fix rounding in invoices
    >
    > Half cents were lost. @&#42;&#42;all&#42;&#42; &#96;x
    > &#126;&#126;&#126;
    > &gt; quoted

    307 files: 300 added, 7 deleted

    * `//streams/main/src/`: 300
    * `//streams/main/doc/`: 7
    ");
}

#[test]
fn a_changelist_that_could_not_be_read_is_told_by_its_number() {
    assert_snapshot!(message("unread", "default"), @r"
    [Perforce]
    Change @1843 was submitted.
    ");
}

#[test]
fn shelves_and_forms() {
    assert_snapshot!(message("shelve", "default"), @r"
    [streams/main]
    **ada** shelved files in [@1843](https://swarm.example.com/changes/1843) of `//streams/main/src/...`:

    > Fix rounding in invoices
    >
    > Half cents were lost. @&#42;&#42;all&#42;&#42; &#96;x
    > &#126;&#126;&#126;
    > &gt; quoted

    2 files: 1 added, 1 modified

    * modified [//streams/main/src/invoice.c](https://swarm.example.com/files/streams/main/src/invoice.c?v=@1843)
    * added ``//streams/main/src/`odd`.c``
    ");
    assert_snapshot!(message("unshelve", "default"), @r"
    [streams/main]
    **ada** deleted the shelved files of [@1843](https://swarm.example.com/changes/1843):

    > Fix rounding in invoices
    >
    > Half cents were lost. @&#42;&#42;all&#42;&#42; &#96;x
    > &#126;&#126;&#126;
    > &gt; quoted
    ");
    assert_snapshot!(message("form", "default"), @r"
    [Perforce/forms]
    @_**|12** saved the branch `release-1 @**all**`.
    ");
}
