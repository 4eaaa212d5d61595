use crate::shipped;
use insta::assert_snapshot;
use zulipkit_integrations::hg::Settings;

fn message(fixture: &str, style: &str) -> String {
    shipped::message::<Settings>("hg", fixture, style)
}

#[test]
fn a_push_lists_its_changesets() {
    assert_snapshot!(message("push", "default"), @r#"
    [website/default]
    **ada** pushed [2 changesets](https://hg.example.com/website/log?rev=only%28da4b9237bacccdf19c0760cab7aec4a8359010b0,b6589fc6ab0dc82cf12099d1c2d40ab994e8410c%29) by Ada Lovelace to `default`:

    * [356a192b7913](https://hg.example.com/website/rev/356a192b7913b04c54574d18c28d46e6395428ab) Fix rounding in invoices
    * [da4b9237bacc](https://hg.example.com/website/rev/da4b9237bacccdf19c0760cab7aec4a8359010b0) Add a test

    2 files changed: 1 added, 1 modified
    "#);
    assert_snapshot!(message("push", "classic"), @r#"
    [default]
    **ada** pushed [2 commits](https://hg.example.com/website/log?rev=only%28da4b9237bacccdf19c0760cab7aec4a8359010b0,b6589fc6ab0dc82cf12099d1c2d40ab994e8410c%29) to **default** (`da4b9237bacc`):

    * [Fix rounding in invoices](https://hg.example.com/website/rev/356a192b7913b04c54574d18c28d46e6395428ab)
    * [Add a test](https://hg.example.com/website/rev/da4b9237bacccdf19c0760cab7aec4a8359010b0)
    "#);
    assert_snapshot!(message("bookmark_push", "default"), @r#"
    [website/feature/x]
    [30 changesets](https://hg.example.com/website/log?rev=only%28da4b9237bacccdf19c0760cab7aec4a8359010b0,b6589fc6ab0dc82cf12099d1c2d40ab994e8410c%29) (1 merge) pushed to `default`, bookmark `feature/x`:

    * [77de68daecd8](https://hg.example.com/website/rev/77de68daecd823babbb58edb1c8e14d7106e83bb) One – @_**|7**
    * [da4b9237bacc](https://hg.example.com/website/rev/da4b9237bacccdf19c0760cab7aec4a8359010b0) Two – Ada Lovelace
    * and [27 more](https://hg.example.com/website/log?rev=only%28da4b9237bacccdf19c0760cab7aec4a8359010b0,b6589fc6ab0dc82cf12099d1c2d40ab994e8410c%29) before these
    "#);
    assert_snapshot!(message("pull", "default"), @r#"
    [website/default]
    **ada** pulled [1 changeset](https://hg.example.com/website/log?rev=only%28356a192b7913b04c54574d18c28d46e6395428ab,b6589fc6ab0dc82cf12099d1c2d40ab994e8410c%29) by Ada Lovelace to `default`:

    * [356a192b7913](https://hg.example.com/website/rev/356a192b7913b04c54574d18c28d46e6395428ab) Fix rounding in invoices
    "#);
}

#[test]
fn branches_begin_and_end() {
    assert_snapshot!(message("create", "default"), @r#"
    [website/stable]
    **ada** created branch `stable` with [2 changesets](https://hg.example.com/website/log?rev=only%28da4b9237bacccdf19c0760cab7aec4a8359010b0,b6589fc6ab0dc82cf12099d1c2d40ab994e8410c%29) by Ada Lovelace:

    * [356a192b7913](https://hg.example.com/website/rev/356a192b7913b04c54574d18c28d46e6395428ab) Fix rounding in invoices
    * [da4b9237bacc](https://hg.example.com/website/rev/da4b9237bacccdf19c0760cab7aec4a8359010b0) Add a test
    "#);
    assert_snapshot!(message("create", "classic"), @r#"
    [stable]
    **ada** pushed [2 commits](https://hg.example.com/website/log?rev=only%28da4b9237bacccdf19c0760cab7aec4a8359010b0,b6589fc6ab0dc82cf12099d1c2d40ab994e8410c%29) to **stable** (`da4b9237bacc`):

    * [Fix rounding in invoices](https://hg.example.com/website/rev/356a192b7913b04c54574d18c28d46e6395428ab)
    * [Add a test](https://hg.example.com/website/rev/da4b9237bacccdf19c0760cab7aec4a8359010b0)
    "#);
    assert_snapshot!(message("close", "default"), @r#"
    [website/stable]
    **ada** closed branch `stable` in [1b6453892473](https://hg.example.com/website/rev/1b6453892473a467d07372d45eb05abc2031647a): Close stable
    "#);
    assert_snapshot!(message("close_with_work", "default"), @r#"
    [website/stable]
    **ada** closed branch `stable` with [2 changesets](https://hg.example.com/website/log?rev=only%281b6453892473a467d07372d45eb05abc2031647a,b6589fc6ab0dc82cf12099d1c2d40ab994e8410c%29) by Ada Lovelace:

    * [ac3478d69a3c](https://hg.example.com/website/rev/ac3478d69a3c81fa62e60f5c3696165a4e5e6ac4) Last fix
    * [1b6453892473](https://hg.example.com/website/rev/1b6453892473a467d07372d45eb05abc2031647a) Close stable
    "#);
}

#[test]
fn changesets_that_could_not_be_read_are_told_by_the_last_id() {
    assert_snapshot!(message("incomplete", "default"), @r#"
    [website]
    **ada** pushed changesets up to [c2a6b03f190d](https://hg.example.com/website/rev/c2a6b03f190dfb2b4aa91f8af8d477a9bc3401dc).
    "#);
    assert_snapshot!(message("incomplete", "classic"), @r#"
    [website]
    **ada** pushed changesets up to [c2a6b03f190d](https://hg.example.com/website/rev/c2a6b03f190dfb2b4aa91f8af8d477a9bc3401dc).
    "#);
}

#[test]
fn text_from_outside_does_no_harm() {
    assert_snapshot!(message("hostile", "default"), @r#"
    [website/x```y]
    **@&#42;&#42;all&#42;&#42;** pushed [1 changeset](https://hg.example.com/website/log?rev=only%28c1dfd96eea8cc2b62785275bca38ac261256e278,b6589fc6ab0dc82cf12099d1c2d40ab994e8410c%29) by &#42;&#42;Mallory&#42;&#42; to ``a`b` ``, bookmark ````x```y````:

    * [c1dfd96eea8c](https://hg.example.com/website/rev/c1dfd96eea8cc2b62785275bca38ac261256e278) @&#42;&#42;all&#42;&#42; &#91;x&#93;&#40;http://evil) `code` #&#42;&#42;general&#42;&#42;
    "#);
    assert_snapshot!(message("hostile", "classic"), @r#"
    [a`b`]
    **@&#42;&#42;all&#42;&#42;** pushed [1 commit](https://hg.example.com/website/log?rev=only%28c1dfd96eea8cc2b62785275bca38ac261256e278,b6589fc6ab0dc82cf12099d1c2d40ab994e8410c%29) to **a`b`** (`c1dfd96eea8c`):

    * [@&#42;&#42;all&#42;&#42; &#91;x&#93;&#40;http://evil) &#96;code&#96; #&#42;&#42;general&#42;&#42;](https://hg.example.com/website/rev/c1dfd96eea8cc2b62785275bca38ac261256e278)
    "#);
}

#[test]
fn bookmarks_and_tags() {
    assert_snapshot!(message("bookmark", "default"), @r#"
    [website/feature/x]
    **ada** moved bookmark `feature/x` from [b6589fc6ab0d](https://hg.example.com/website/rev/b6589fc6ab0dc82cf12099d1c2d40ab994e8410c) to [356a192b7913](https://hg.example.com/website/rev/356a192b7913b04c54574d18c28d46e6395428ab): Fix rounding in invoices
    "#);
    assert_snapshot!(message("bookmark_created", "default"), @r#"
    [website/feature/x]
    **ada** created bookmark `feature/x` at [356a192b7913](https://hg.example.com/website/rev/356a192b7913b04c54574d18c28d46e6395428ab): Fix rounding in invoices
    "#);
    assert_snapshot!(message("bookmark_deleted", "default"), @r#"
    [website/feature/x]
    **ada** deleted bookmark `feature/x`, which was at [b6589fc6ab0d](https://hg.example.com/website/rev/b6589fc6ab0dc82cf12099d1c2d40ab994e8410c).
    "#);
    assert_snapshot!(message("tag", "default"), @r#"
    [website/tags]
    **Ada Lovelace** added tag [1.0](https://hg.example.com/website/rev/1.0) at [356a192b7913](https://hg.example.com/website/rev/356a192b7913b04c54574d18c28d46e6395428ab)
    "#);
    assert_snapshot!(message("tags", "default"), @r#"
    [website/tags]
    **ada** changed 2 tags:

    * moved tag [1.0](https://hg.example.com/website/rev/1.0) from `b6589fc6ab0d` to [356a192b7913](https://hg.example.com/website/rev/356a192b7913b04c54574d18c28d46e6395428ab): Again, with the fix
    * removed tag `0.9`, which was at [356a192b7913](https://hg.example.com/website/rev/356a192b7913b04c54574d18c28d46e6395428ab)
    "#);
}
