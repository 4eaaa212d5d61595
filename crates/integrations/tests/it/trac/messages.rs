use crate::shipped;
use insta::assert_snapshot;
use zulipkit_integrations::trac::Settings;

fn message(fixture: &str, style: &str) -> String {
    shipped::message::<Settings>("trac", fixture, style)
}

#[test]
fn tickets() {
    assert_snapshot!(message("ticket_created", "default"), @r#"
    [#1: Ünïcode ☃ @**all**]
    **kim** created [#1](https://trac.example.com/p/ticket/1): **Ünïcode ☃ @&#42;&#42;all&#42;&#42;**

    Type: defect, Component: component1, Priority: major, Owner: lee
    ````quote
    It **burns**, see [#3](https://trac.example.com/p/ticket/3).

    ```sh
    lpr @**all**
    ```
    ````
    "#);
    assert_snapshot!(message("ticket_changed", "default"), @r#"
    [#1: Ünïcode ☃ @**all**]
    **Lee** changed [#1](https://trac.example.com/p/ticket/1):

    * Summary: Ünïcode ☃ @&#42;&#42;all&#42;&#42; → **Another summary**
    * Priority: major → **minor**
    * Cc: +x&#64;example.com
    * Keywords: +a, +b
    ```quote
    I see `it` too
    ```
    "#);
    assert_snapshot!(message("tickets_changed", "default"), @r#"
    [several tickets]
    **Lee Lo** changed [3 tickets](https://trac.example.com/p/query?id=2-4):

    * Milestone: **1.0**
    ```quote
    For later
    ```

    * [#2](https://trac.example.com/p/ticket/2) Ticket 2
    * [#3](https://trac.example.com/p/ticket/3) Ticket 3
    * [#4](https://trac.example.com/p/ticket/4) Ticket 4
    "#);
    assert_snapshot!(message("ticket_deleted", "default"), @r#"
    [#1: Ünïcode ☃ @**all**]
    Ticket #1 was deleted: **Ünïcode ☃ @&#42;&#42;all&#42;&#42;**
    "#);
}

#[test]
fn tickets_as_the_python_plugin_worded_them() {
    assert_snapshot!(message("ticket_created", "classic"), @r#"
    [#1: Ünïcode ☃ @**all**]
    kim created [ticket #1](https://trac.example.com/p/ticket/1) in component **component1**, priority **major**:
    ````quote
    It **burns**, see [#3](https://trac.example.com/p/ticket/3).

    ```sh
    lpr @**all**
    ```
    ````
    "#);
    assert_snapshot!(message("ticket_changed", "classic"), @r#"
    [#1: Ünïcode ☃ @**all**]
    Lee updated [ticket #1](https://trac.example.com/p/ticket/1) with comment:
    ```quote
    I see `it` too
    ```

    summary: **Ünïcode ☃ @&#42;&#42;all&#42;&#42;** => **Another summary**, priority: **major** => **minor**, cc: => **x&#64;example.com**, keywords: => **a, b**
    "#);
    assert_snapshot!(message("ticket_deleted", "classic"), @r#"
    [#1: Ünïcode ☃ @**all**]
    [Ticket #1](https://trac.example.com/p/ticket/1) was deleted.
    "#);
}

#[test]
fn comments_and_attachments() {
    assert_snapshot!(message("comment_added", "default"), @r#"
    [#1: Ünïcode ☃ @**all**]
    **Lee** [commented](https://trac.example.com/p/ticket/1#comment:1) on [#1](https://trac.example.com/p/ticket/1):
    ```quote
    I see `it` too
    ```
    "#);
    assert_snapshot!(message("comment_added", "classic"), @r#"
    [#1: Ünïcode ☃ @**all**]
    Lee updated [ticket #1](https://trac.example.com/p/ticket/1) with comment:
    ```quote
    I see `it` too
    ```
    "#);
    assert_snapshot!(message("comment_edited", "default"), @r#"
    [#1: Ünïcode ☃ @**all**]
    **lee** edited [a comment](https://trac.example.com/p/ticket/1#comment:4) on [#1](https://trac.example.com/p/ticket/1):
    ```quote
    An edited comment
    ```
    "#);
    assert_snapshot!(message("comment_deleted", "default"), @r#"
    [#1: Ünïcode ☃ @**all**]
    A comment on [#1](https://trac.example.com/p/ticket/1) was deleted, and with it:

    * Summary: Another summary → **Ünïcode ☃ @&#42;&#42;all&#42;&#42;**
    * Priority: minor → **major**
    * Cc: −x&#64;example.com
    * Keywords: −a, −b
    "#);
    assert_snapshot!(message("attachment_added", "default"), @r#"
    [#1: Ünïcode ☃ @**all**]
    **kim** attached [naïve file.txt](https://trac.example.com/p/attachment/ticket/1/na%C3%AFve%20file.txt) (12.3 kB) to [#1](https://trac.example.com/p/ticket/1):
    ```quote
    What it says
    ```
    "#);
    assert_snapshot!(message("attachment_deleted", "default"), @r#"
    [#1: Ünïcode ☃ @**all**]
    The attachment `naïve file.txt` of [#1](https://trac.example.com/p/ticket/1) was deleted.
    "#);
}

#[test]
fn pages() {
    assert_snapshot!(message("page_created", "default"), @r#"
    [wiki: Printers]
    **kim** created the page [Printers](https://trac.example.com/p/wiki/Printers) (Begun):
    ```quote
    #### Printers

    They *print*.
    ```
    "#);
    assert_snapshot!(message("page_changed", "default"), @r#"
    [wiki: Printers]
    **lee** changed the page [Printers](https://trac.example.com/p/wiki/Printers) ([version 2](https://trac.example.com/p/wiki/Printers?action=diff&version=2)): More @&#42;&#42;all&#42;&#42;
    "#);
    assert_snapshot!(message("page_renamed", "default"), @r#"
    [wiki: OldPrinters]
    The page **Printers** was renamed to [OldPrinters](https://trac.example.com/p/wiki/OldPrinters).
    "#);
    assert_snapshot!(message("page_deleted", "default"), @r#"
    [wiki: OldPrinters]
    The page **OldPrinters** was deleted.
    "#);
    assert_snapshot!(message("page_version_deleted", "default"), @r#"
    [wiki: OldPrinters]
    A version of the page [OldPrinters](https://trac.example.com/p/wiki/OldPrinters) was deleted.
    "#);
}

#[test]
fn milestones_and_changesets() {
    assert_snapshot!(message("milestone_created", "default"), @r#"
    [milestone Ünï 1.0]
    The milestone [Ünï 1.0](https://trac.example.com/p/milestone/%C3%9Cn%C3%AF%201.0) was created, due <time:2026-03-01T12:00:00+00:00>:
    ```quote
    All of **it**
    ```
    "#);
    assert_snapshot!(message("milestone_changed", "default"), @r#"
    [milestone 1.0]
    The milestone [1.0](https://trac.example.com/p/milestone/1.0) was changed:

    * Name: Ünï 1.0 → **1.0**
    * Due: <time:2026-03-01T12:00:00+00:00> → –
    "#);
    assert_snapshot!(message("milestone_completed", "default"), @r#"
    [milestone 1.0]
    The milestone [1.0](https://trac.example.com/p/milestone/1.0) was completed.
    "#);
    assert_snapshot!(message("milestone_deleted", "default"), @r#"
    [milestone 1.0]
    The milestone **1.0** was deleted.
    "#);
    assert_snapshot!(message("changeset_added", "default"), @r#"
    [changesets: web]
    **Ada** committed [0123456](https://trac.example.com/p/changeset/0123456789abcdef0123456789abcdef01234567/web) to `web`:
    ```quote
    Fix **it**

    More
    ```

    1 file changed

    * added `f`
    "#);
    assert_snapshot!(message("changeset_modified", "default"), @r#"
    [changesets: web]
    The changeset [0123456](https://trac.example.com/p/changeset/0123456789abcdef0123456789abcdef01234567/web) of `web` was changed:
    ```quote
    Fix **it**

    More
    ```
    "#);
}
