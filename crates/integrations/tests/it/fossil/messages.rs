use crate::shipped;
use insta::assert_snapshot;
use zulipkit_integrations::fossil::Settings;

fn message(fixture: &str) -> String {
    shipped::message::<Settings>("fossil", fixture, "default")
}

#[test]
fn a_push_lists_its_check_ins() {
    assert_snapshot!(message("push"), @r"
    [website/trunk]
    **ada** pushed [2 check-ins](https://fossil.example.com/website/vdiff?from=c4aa0be1f2222222222222222222222222222222222222222222222222222222&to=9b1e77d0a3111111111111111111111111111111111111111111111111111111) to `trunk`:

    * [5f2d8c01ab](https://fossil.example.com/website/info/5f2d8c01ab000000000000000000000000000000000000000000000000000000) Fix rounding in invoices
    * [9b1e77d0a3](https://fossil.example.com/website/info/9b1e77d0a3111111111111111111111111111111111111111111111111111111) Add a test

    2 files changed: 1 added, 1 modified
    ");
    assert_snapshot!(message("several"), @r"
    [website/trunk]
    30 check-ins (3 merges) pushed to `trunk`:

    * `5f2d8c01ab` @&#42;&#42;all&#42;&#42; &#91;x&#93;&#40;http://evil) &#96;y – @_**|12**
    * `9b1e77d0a3` (no subject) – lee &#96;@&#42;&#42;all&#42;&#42;&#96;
    * and 28 more before these

    2 files changed: 1 added, 1 modified
    ");
    assert_snapshot!(message("unread"), @r"
    [website/trunk]
    **ada** pushed 2 check-ins to `trunk` up to [9b1e77d0a3](https://fossil.example.com/website/info/9b1e77d0a3111111111111111111111111111111111111111111111111111111).
    ");
}

#[test]
fn branches_begin_and_end() {
    assert_snapshot!(message("create"), @r"
    [website/feature/x]
    **ada** created branch `feature/x` with [2 check-ins](https://fossil.example.com/website/vdiff?from=c4aa0be1f2222222222222222222222222222222222222222222222222222222&to=9b1e77d0a3111111111111111111111111111111111111111111111111111111):

    * [5f2d8c01ab](https://fossil.example.com/website/info/5f2d8c01ab000000000000000000000000000000000000000000000000000000) Fix rounding in invoices
    * [9b1e77d0a3](https://fossil.example.com/website/info/9b1e77d0a3111111111111111111111111111111111111111111111111111111) Add a test

    2 files changed: 1 added, 1 modified
    ");
    assert_snapshot!(message("close"), @r"
    [website/feature/x]
    **ada** closed branch `feature/x` with [2 check-ins](https://fossil.example.com/website/vdiff?from=c4aa0be1f2222222222222222222222222222222222222222222222222222222&to=9b1e77d0a3111111111111111111111111111111111111111111111111111111):

    * [5f2d8c01ab](https://fossil.example.com/website/info/5f2d8c01ab000000000000000000000000000000000000000000000000000000) Fix rounding in invoices
    * [9b1e77d0a3](https://fossil.example.com/website/info/9b1e77d0a3111111111111111111111111111111111111111111111111111111) Add a test

    2 files changed: 1 added, 1 modified
    ");
    assert_snapshot!(message("close_by_tag"), @r"
    [website/feature/x]
    **ada** closed branch `feature/x` at [9b1e77d0a3](https://fossil.example.com/website/info/9b1e77d0a3111111111111111111111111111111111111111111111111111111).
    ");
}

#[test]
fn tags_come_and_go() {
    assert_snapshot!(message("tag"), @r"
    [website/tags]
    **ada** added tag [v1.0](https://fossil.example.com/website/timeline?t=v1.0) at [5f2d8c01ab](https://fossil.example.com/website/info/5f2d8c01ab000000000000000000000000000000000000000000000000000000) of `trunk`
    ");
    assert_snapshot!(message("tags"), @r"
    [website/tags]
    2 tags:

    * **ada** added [v1.0](https://fossil.example.com/website/timeline?t=v1.0) at [5f2d8c01ab](https://fossil.example.com/website/info/5f2d8c01ab000000000000000000000000000000000000000000000000000000) of `trunk`
    * **ada** cancelled `rc1` at [5f2d8c01ab](https://fossil.example.com/website/info/5f2d8c01ab000000000000000000000000000000000000000000000000000000) of `trunk`
    ");
}

#[test]
fn what_people_write() {
    assert_snapshot!(message("wiki"), @r"
    [website/wiki]
    **ada** changed the wiki page [My Page](https://fossil.example.com/website/info/5f2d8c01ab000000000000000000000000000000000000000000000000000000)
    ");
    assert_snapshot!(message("technote"), @r"
    [website/wiki]
    **ada** created the technical note [Release 1.0](https://fossil.example.com/website/info/5f2d8c01ab000000000000000000000000000000000000000000000000000000)
    ");
    assert_snapshot!(message("ticket"), @r"
    [website/It <breaks>]
    **ada** created the ticket [It <breaks>](https://fossil.example.com/website/info/179f5805570049ce47dc175869028c0461464d96) (status: Open, type: Code_Defect)

    > Two
    > lines @&#42;&#42;all&#42;&#42;
    ");
    assert_snapshot!(message("ticket_changed"), @r"
    [website/179f580557]
    **ada** changed the ticket (no title) (status: Fixed)
    ");
    assert_snapshot!(message("forum"), @r"
    [website/How to begin]
    **ada** replied in [How to begin](https://fossil.example.com/website/info/5f2d8c01ab000000000000000000000000000000000000000000000000000000)

    > Like &#42;this&#42;&#58;
    >
    > &#126;&#126;&#126;
    > x
    > &#126;&#126;&#126;
    ");
    assert_snapshot!(message("attachment"), @r"
    [website/wiki]
    **ada** attached the file [plan.pdf](https://fossil.example.com/website/info/5f2d8c01ab000000000000000000000000000000000000000000000000000000) to `My Page`
    ");
    assert_snapshot!(message("attachment_removed"), @r"
    [website/wiki]
    **ada** removed the file **plan.pdf** from `My Page`
    ");
}
