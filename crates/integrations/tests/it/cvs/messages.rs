use insta::assert_snapshot;
use zulipkit_integrations::cvs::{DEFAULTS, Settings};
use zulipkit_integrations::driver::Effective;
use zulipkit_integrations::find;
use zulipkit_notify::{Event, Limits, To};

/// Renders a fixture: the topic in brackets, then the message.
fn message(fixture: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/cvs/fixtures");
    let text = std::fs::read_to_string(format!("{folder}/{fixture}.json")).unwrap();
    let event: Event = serde_json::from_str(&text).unwrap();
    let path = "cvs.toml".as_ref();
    let settings = zulipkit_settings::read_text::<Settings>(DEFAULTS, path, "").unwrap();
    let cvs = find("cvs").unwrap();
    let rules = cvs
        .rules(Effective::of(&settings), Limits::default())
        .unwrap();
    let rendered = rules.render(&event);
    let warnings = rendered
        .warnings
        .iter()
        .map(|warning| warning.render(false));
    assert_eq!(warnings.collect::<String>(), "");
    let To::Channel { topic, .. } = &rendered.outgoing[0].to else {
        panic!("{:?}", rendered.outgoing);
    };
    format!("[{topic}]\n{}", rendered.outgoing[0].content)
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
