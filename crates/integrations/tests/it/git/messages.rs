use crate::shipped;
use insta::assert_snapshot;
use serde_json::{Value, json};
use zulipkit_integrations::git::Settings;
use zulipkit_notify::Event;
use zulipkit_notify::To;

/// Renders a fixture in a style: the topic in brackets, then the message, with `ID` for every full id.
fn message(fixture: &str, style: &str) -> String {
    without_ids(&shipped::message::<Settings>("git", fixture, style))
}

fn event(fixture: &str) -> Event {
    shipped::event("git", fixture)
}

fn render(event: &Event, settings: &str) -> String {
    without_ids(&shipped::render::<Settings>("git", event, settings))
}

fn without_ids(text: &str) -> String {
    let mut shown = String::new();
    for word in text.split_inclusive(|c: char| !c.is_ascii_hexdigit()) {
        let end = word
            .trim_end_matches(|c: char| !c.is_ascii_hexdigit())
            .len();
        shown.push_str(if end == 40 { "ID" } else { &word[..end] });
        shown.push_str(&word[end..]);
    }
    shown
}

#[test]
fn a_push_lists_its_commits() {
    assert_snapshot!(message("push", "default"), @r#"
    [website/main]
    **ada** pushed [2 commits](https://git.example.com/tools/website/compare/ID...ID) by Ada Lovelace to `main`:

    * [f6a3ddbc51](https://git.example.com/tools/website/commit/ID) Fix rounding in invoices
    * [5ec2d832c4](https://git.example.com/tools/website/commit/ID) Add a test

    1 file changed: 1 added
    "#);
    assert_snapshot!(message("push", "classic"), @r#"
    [main]
    `5ec2d832c41f` was deployed to `main` with:

    Ada Lovelace: [Fix rounding in invoices](https://git.example.com/tools/website/commit/ID)
    Ada Lovelace: [Add a test](https://git.example.com/tools/website/commit/ID)
    "#);
}

#[test]
fn a_new_branch_lists_what_is_new() {
    assert_snapshot!(message("create", "default"), @r#"
    [website/feature/x]
    **ada** created branch `feature/x` with [2 commits](https://git.example.com/tools/website/compare/ID...ID):

    * [a1c97623ac](https://git.example.com/tools/website/commit/ID) On a branch – Ada Lovelace
    * [c0fa63c5a4](https://git.example.com/tools/website/commit/ID) By another – Grace Hopper
    "#);
    assert_snapshot!(message("create", "classic"), @r#"
    [feature/x]
    `c0fa63c5a4e8` was pushed to new branch `feature/x`
    "#);
}

#[test]
fn a_new_branch_without_news_says_where_it_is() {
    assert_snapshot!(message("create_empty", "default"), @r#"
    [website/feature/z]
    **ada** created branch `feature/z` at [c0fa63c5a4](https://git.example.com/tools/website/commit/ID).
    "#);
}

#[test]
fn a_deleted_branch_says_where_it_was() {
    assert_snapshot!(message("delete", "default"), @r#"
    [website/feature/y]
    **ada** deleted branch `feature/y`, which was at [c0fa63c5a4](https://git.example.com/tools/website/commit/ID).
    "#);
    assert_snapshot!(message("delete", "classic"), @r#"
    [feature/y]
    branch `feature/y` was removed (was `c0fa63c5a4e8`)
    "#);
}

#[test]
fn a_renamed_branch_has_both_names() {
    assert_snapshot!(message("rename", "default"), @r#"
    [website/feature/y]
    **ada** renamed branch `feature/x` to `feature/y`, still at [c0fa63c5a4](https://git.example.com/tools/website/commit/ID).
    "#);
    assert_snapshot!(message("rename", "classic"), @r#"
    [feature/y]
    `c0fa63c5a4e8` was pushed to new branch `feature/y`
    branch `feature/x` was removed (was `c0fa63c5a4e8`)
    "#);
}

#[test]
fn a_rewrite_is_told_calmly_with_both_sides() {
    assert_snapshot!(message("rewrite", "default"), @r#"
    [website/main]
    **ada** rewrote `main`: 1 commit removed, [1 commit](https://git.example.com/tools/website/compare/ID...ID) by Ada Lovelace added.

    Removed:

    * [5ec2d832c4](https://git.example.com/tools/website/commit/ID) Add a test

    Added:

    * [aa210ed385](https://git.example.com/tools/website/commit/ID) Add a better test
    "#);
    assert_snapshot!(message("rewrite", "classic"), @r#"
    [main]
    `aa210ed3850b` was pushed to `main`, **REMOVING**:

    Ada Lovelace: [Add a test](https://git.example.com/tools/website/commit/ID)

    **and adding**:

    Ada Lovelace: [Add a better test](https://git.example.com/tools/website/commit/ID)

    **A HISTORY REWRITE HAS OCCURRED!**
    Please check your local branches to deal with this.
    "#);
}

#[test]
fn a_branch_that_is_set_back_says_what_is_gone() {
    assert_snapshot!(message("set_back", "default"), @r#"
    [website/main]
    **ada** set `main` back to [f6a3ddbc51](https://git.example.com/tools/website/commit/ID): 1 commit removed.

    Removed:

    * [aa210ed385](https://git.example.com/tools/website/commit/ID) Add a better test
    "#);
    assert_snapshot!(message("set_back", "classic"), @r#"
    [main]
    `f6a3ddbc5107` was pushed to `main`, **REMOVING**:

    Ada Lovelace: [Add a better test](https://git.example.com/tools/website/commit/ID)

    **A HISTORY REWRITE HAS OCCURRED!**
    Please check your local branches to deal with this.
    "#);
}

#[test]
fn a_tag_is_one_line() {
    assert_snapshot!(message("tag", "default"), @r#"
    [website/tags]
    **ada** pushed tag [v3](https://git.example.com/tools/website/src/tag/v3) at [aa210ed385](https://git.example.com/tools/website/commit/ID): Version three (tagged by Ada Lovelace)
    "#);
}

#[test]
fn several_tags_are_one_message() {
    assert_snapshot!(message("tags", "default"), @r#"
    [website/tags]
    **ada** pushed 2 tags:

    * tag [v1](https://git.example.com/tools/website/src/tag/v1) at [aa210ed385](https://git.example.com/tools/website/commit/ID)
    * tag [v2](https://git.example.com/tools/website/src/tag/v2) at [aa210ed385](https://git.example.com/tools/website/commit/ID): Version two (tagged by Ada Lovelace)
    "#);
}

#[test]
fn moved_and_deleted_tags_are_worded_as_such() {
    assert_snapshot!(message("tags_changed", "default"), @r#"
    [website/tags]
    **ada** changed 2 tags:

    * moved tag [v1](https://git.example.com/tools/website/src/tag/v1) from `aa210ed385` to [f6a3ddbc51](https://git.example.com/tools/website/commit/ID)
    * deleted tag `v2`, which was at [aa210ed385](https://git.example.com/tools/website/commit/ID)
    "#);
}

#[test]
fn other_refs_are_one_line() {
    assert_snapshot!(message("ref", "default"), @r#"
    [website/refs/notes/commits]
    **ada** updated `refs/notes/commits` from `c245a8695b` to `f49b108d06`.
    "#);
}

#[test]
fn what_is_hostile_is_shown_and_does_nothing() {
    assert_snapshot!(message("hostile", "default"), @r#"
    [website/`hostile`](x)]
    **ada** pushed 3 commits to `` `hostile`](x)``:

    * `623082cf70` fix &#91;x&#93;(y) &#93; @&#42;&#42;all&#42;&#42; and #&#42;&#42;general&#42;&#42; – Ada Lovelace
    * `0f3efb7b10` &#96;&#96;&#96;quote &#42; &#58;smile: <b>& > x – Ada Lovelace
    * `8a87dc5c0f` By another – &#42;&#42;@&#42;&#42;all&#42;&#42;&#42;&#42; &#93;&#40;http://evil.example.com)
    "#);
    assert_snapshot!(message("hostile", "classic"), @r#"
    [`hostile`](x)]
    `8a87dc5c0f13` was deployed to `` `hostile`](x)`` with:

    Ada Lovelace: fix &#91;x&#93;(y) &#93; @&#42;&#42;all&#42;&#42; and #&#42;&#42;general&#42;&#42;
    Ada Lovelace: &#96;&#96;&#96;quote &#42; &#58;smile: <b>& > x
    &#42;&#42;@&#42;&#42;all&#42;&#42;&#42;&#42; &#93;&#40;http://evil.example.com): By another
    "#);
}

#[test]
fn five_thousand_commits_fit_into_a_message() {
    let mut event = event("push");
    let facts = &mut event.facts;
    let commit = facts["commits"][0].clone();
    facts.insert("commits".into(), Value::Array(vec![commit; 2]));
    facts.insert("files".into(), Value::Null);
    facts.extend(
        [
            ("count".into(), json!(5000)),
            ("more".into(), json!(4980)),
            ("merges".into(), json!(1)),
        ]
        .map(|(name, value): (String, Value)| (name, value)),
    );
    assert_snapshot!(render(&event, ""), @r"
    [website/main]
    **ada** pushed [5,000 commits](https://git.example.com/tools/website/compare/ID...ID) (1 merge) by Ada Lovelace to `main`:

    * [f6a3ddbc51](https://git.example.com/tools/website/commit/ID) Fix rounding in invoices
    * [f6a3ddbc51](https://git.example.com/tools/website/commit/ID) Fix rounding in invoices
    * and [4,980 more](https://git.example.com/tools/website/compare/ID...ID) before these
    ");
}

#[test]
fn people_are_mentioned_silently() {
    let mut event = event("push");
    for (name, id) in [("/pusher", 7), ("/authors/0", 12)] {
        let mut facts = Value::Object(std::mem::take(&mut event.facts));
        facts.pointer_mut(name).unwrap()["user_id"] = json!(id);
        let Value::Object(facts) = facts else {
            unreachable!()
        };
        event.facts = facts;
    }
    let text = render(&event, "");
    assert!(text.contains("@_**|7** pushed [2 commits]"), "{text}");
    assert!(text.contains(" by @_**|12** to `main`:"), "{text}");

    event.facts["authors"][0]["user_id"] = json!(7);
    let text = render(&event, "");
    assert!(text.contains(") to `main`:"), "{text}");
}

/// Where everybody pushes as one Unix user, nobody is named.
#[test]
fn sentences_without_a_pusher_are_whole() {
    let fixtures = [
        "push",
        "create",
        "create_empty",
        "delete",
        "rename",
        "rewrite",
        "set_back",
        "tag",
        "tags",
        "tags_changed",
        "ref",
    ];
    let first_lines: Vec<String> = fixtures
        .iter()
        .map(|fixture| {
            let mut event = event(fixture);
            event.facts.insert("pusher".into(), Value::Null);
            let text = render(&event, "");
            let line = text.lines().nth(1).unwrap();
            line.replace("https://git.example.com/tools/website", "")
        })
        .collect();
    assert_snapshot!(first_lines.join("\n"), @r"
    [2 commits](/compare/ID...ID) by Ada Lovelace pushed to `main`:
    Branch `feature/x` created with [2 commits](/compare/ID...ID):
    Branch `feature/z` created at [c0fa63c5a4](/commit/ID).
    Branch `feature/y` deleted, which was at [c0fa63c5a4](/commit/ID).
    Branch `feature/x` renamed to `feature/y`, still at [c0fa63c5a4](/commit/ID).
    `main` rewritten: 1 commit removed, [1 commit](/compare/ID...ID) by Ada Lovelace added.
    `main` set back to [f6a3ddbc51](/commit/ID): 1 commit removed.
    Tag [v3](/src/tag/v3) pushed at [aa210ed385](/commit/ID): Version three (tagged by Ada Lovelace)
    2 tags pushed:
    2 tags changed:
    `refs/notes/commits` updated from `c245a8695b` to `f49b108d06`.
    ");
}

#[test]
fn a_large_number_has_separators() {
    let mut event = event("push");
    event.facts.insert("count".into(), json!(1_234_567));
    let text = render(&event, "");
    assert!(text.contains("pushed [1,234,567 commits]"), "{text}");
}

#[test]
fn a_topic_too_long_for_the_server_stands_in_the_message() {
    let mut event = event("push");
    event
        .facts
        .insert("branch".into(), json!("feature/".repeat(12)));
    let text = render(&event, "");
    let topic = text.lines().next().unwrap();
    assert_eq!(topic.chars().count(), 60 + "[]".len());
    assert!(topic.ends_with("…]"), "{topic}");
    assert!(text.contains(&"feature/".repeat(12)), "{text}");
}

#[test]
fn routes_look_at_branches_authors_tags_paths_and_kinds() {
    let settings = r#"
        [[route]]
        when = { "tags.name" = "v*" }
        channel = "tags"
        [[route]]
        when = { event = "rewrite" }
        channel = "rewrites"
        [[route]]
        when = { branch = "feature/*", "authors.email" = "grace@*" }
        channel = "grace"
        [[route]]
        when = { paths = "*.py", repo = "web*" }
        channel = "python"
        [[route]]
        when = { event = "branch" }
        channel = "others"
    "#;
    let rules = shipped::rules("git", &shipped::read::<Settings>("git", settings)).unwrap();
    let channel = |fixture: &str| {
        let rendered = rules.render(&event(fixture));
        rendered
            .outgoing
            .first()
            .map(|outgoing| match &outgoing.to {
                To::Channel { channel, .. } => format!("{channel:?}"),
                To::People(_) => String::new(),
            })
    };
    let name = |name: &str| Some(format!("Name({name:?})"));
    assert_eq!(channel("tag"), name("tags"));
    assert_eq!(channel("rewrite"), name("rewrites"));
    assert_eq!(channel("create"), name("grace"));
    assert_eq!(channel("push"), name("python"));
    assert_eq!(channel("delete"), name("others"));
    assert_eq!(channel("ref"), None);
}

#[test]
fn a_hundred_tags_and_a_subject_of_any_length_fit_into_a_message() {
    let mut event = event("tags");
    let tag = event.facts["tags"][0].clone();
    event
        .facts
        .insert("tags".into(), Value::Array(vec![tag; 100]));
    event.facts.insert("count".into(), json!(150));
    event.facts.insert("more".into(), json!(50));
    let text = render(&event, "");
    assert_eq!(text.matches("* tag [v1]").count(), 20);
    assert!(text.ends_with("* and 130 more"), "{text}");

    let mut event = self::event("push");
    event.facts["commits"][0]["subject"] = json!("long ".repeat(1000));
    let text = render(&event, "");
    assert!(text.contains("long long…\n"), "{text}");
    assert!(text.chars().count() < 1000, "{text}");
}
