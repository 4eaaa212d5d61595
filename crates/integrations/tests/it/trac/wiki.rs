use insta::assert_snapshot;
use proptest::prelude::*;
use zulipkit_integrations::trac::wiki::{Context, render};
use zulipkit_sim::render::{Directory, html};

/// An organisation in which every name is somebody's.
struct Everybody;

impl Directory for Everybody {
    fn user(&self, name: Option<&str>, id: Option<u64>) -> Option<(u64, String)> {
        Some((id.unwrap_or(1), name.unwrap_or("Ada").to_owned()))
    }

    fn channel(&self, name: &str) -> Option<(u64, String)> {
        Some((1, name.to_owned()))
    }

    fn group(&self, name: &str) -> Option<(u64, String)> {
        Some((1, name.to_owned()))
    }
}

fn context() -> Context {
    Context {
        base_url: Some("https://t.example.com/p/".to_owned()),
        realm: "ticket".to_owned(),
        id: "7".to_owned(),
    }
}

fn rendered(text: &str) -> String {
    render(text, &context())
}

#[test]
fn emphasis_code_and_what_zulip_lacks() {
    let is = |text: &str, expected: &str| assert_eq!(rendered(text), expected, "{text}");
    is(
        "'''bold''' ''it'' '''''both''''' ~~gone~~",
        "**bold** *it* ***both*** ~~gone~~",
    );
    is("**bold** //it//", "**bold** *it*");
    is("''' blanks ''' and '' these''", "**blanks** and *these*");
    is("'''a ''b'' c'''", "**a b c**");
    is("''' '''", "");
    is("don't, it''s", "don't, it''s");
    is("__under__ a^2^ H,,2,,O", "under a^2^ H2O");
    is("`a*b` {{{c `d`}}}", "`a*b` ``c `d` ``");
    is("'''open", "'''open");
    is("'''b '''''i''", "**b** *i*");
    is(
        "!'''not bold!''' !#7 !wiki:X",
        "'''not bold!''' #7 wiki&#58;X",
    );
    is("a[[BR]]b\\\\", "a\nb");
    is(
        "http://e.com//x//y and a//b",
        "[http&#58;//e.com//x//y](http://e.com//x//y) and a//b",
    );
}

#[test]
fn links_lead_where_trac_would_lead() {
    let base = "https://t.example.com/p";
    let is = |text: &str, label: &str, path: &str| {
        let expected = zulipkit_markup::link(label, &format!("{base}{path}"));
        assert_eq!(rendered(text), expected, "{text}");
    };
    is("#12", "#12", "/ticket/12");
    is("r12", "r12", "/changeset/12");
    is("[12]", "[12]", "/changeset/12");
    is(
        "[0abc12def/web]",
        "[0abc12def/web]",
        "/changeset/0abc12def/web",
    );
    is("{3}", "{3}", "/report/3");
    is("ticket:12", "ticket:12", "/ticket/12");
    is("comment:3", "comment:3", "/ticket/7#comment:3");
    is(
        "comment:3:ticket:9",
        "comment:3:ticket:9",
        "/ticket/9#comment:3",
    );
    is(
        "milestone:\"1.0 beta\"",
        "milestone:\"1.0 beta\"",
        "/milestone/1.0%20beta",
    );
    is(
        "[wiki:Start/Sub#part the start]",
        "the start",
        "/wiki/Start/Sub#part",
    );
    is("[wiki:Start]", "Start", "/wiki/Start");
    is("[[Start|the start]]", "the start", "/wiki/Start");
    is("[[Ünï]]", "Ünï", "/wiki/%C3%9Cn%C3%AF");
    is(
        "[source:trunk/a.c@5#L3 here]",
        "here",
        "/browser/trunk/a.c?rev=5#L3",
    );
    is(
        "[attachment:a.txt log]",
        "log",
        "/attachment/ticket/7/a.txt",
    );
    is(
        "[attachment:a.txt:wiki:Start log]",
        "log",
        "/attachment/wiki/Start/a.txt",
    );
    is(
        "[query:status=new&owner=kim mine]",
        "mine",
        "/query?status=new&owner=kim",
    );
    is("[/report/3 three]", "three", "/report/3");
    is("[#part below]", "below", "/ticket/7#part");
    is(
        "[[Image(shot.png, 50%)]]",
        "image shot.png",
        "/attachment/ticket/7/shot.png",
    );
    is(
        "[[Image(wiki:Start:shot.png)]]",
        "image wiki:Start:shot.png",
        "/attachment/wiki/Start/shot.png",
    );
    assert_eq!(
        rendered("[https://e.com/ a [b]"),
        "[a &#91;b](https://e.com/)"
    );
    assert_eq!(
        rendered("see https://e.com/x."),
        "see [https&#58;//e.com/x](https://e.com/x)."
    );
}

#[test]
fn what_is_no_link_is_text() {
    for text in [
        "[see below]",
        "a#12",
        "#12a",
        "r2d2",
        "[javascript:alert(1) x]",
        "JavaScript",
        "wiki:",
        "{x}",
        "user:kim",
        "see: this",
    ] {
        assert!(!rendered(text).contains("]("), "{text}: {}", rendered(text));
    }
    let without = Context::default();
    assert_eq!(
        render("#12 [wiki:Start the start] comment:3", &without),
        "#12 the start comment&#58;3"
    );
    assert_eq!(rendered("[=#anchor] a"), "a");
    assert_eq!(
        rendered("[[TicketQuery(status=new)]] [[PageOutline]] [[Foo]]x"),
        "(TicketQuery) [Foo](https://t.example.com/p/wiki/Foo)x"
    );
}

#[test]
fn blocks() {
    let text = "= Title =\nOne\ntwo '''x'''\n\n * a\n   more of a\n   * b\n 1. c\n  term:: what\n----\n\
                > quoted\n> - twice\n>> deep\n\n  indented\n\n||= A =||= B ||\n|| 1|2 || `x` ||\n\n\
                {{{#!python\ndef f(): ```\n}}}\n{{{\n#!comment\nsecret\n}}}\n{{{#!div class=x\n'''in'''\n}}}\nend";
    assert_snapshot!(rendered(text), @r#"
    #### Title

    One
    two **x**

    * a more of a
      * b
    1. c
      * **term**: what

    ---

    ````quote
    quoted
    &#45; twice

    ```quote
    deep
    ```
    ````

    ```quote
    indented
    ```

    | A | B |
    |---|---|
    | 1&#124;2 | `x` |

    ````python
    def f(): ```
    ````

    **in**

    end
    "#);
}

#[test]
fn what_nobody_closes_goes_to_the_end() {
    assert_eq!(rendered("{{{\na\n{{{\nb"), "```text\na\n{{{\nb\n```");
    assert_eq!(
        rendered("{{{\na\n{{{\nb\n}}}\n}}}\nc"),
        "```text\na\n{{{\nb\n}}}\n```\n\nc"
    );
    assert_eq!(rendered("}}}"), "}}}");
}

/// Nesting without end costs no more than its length, and overflows nothing.
#[test]
fn nesting_without_end_is_cut() {
    for piece in [
        "{{{#!div\n",
        "> ",
        "[[",
        "'''''",
        "[",
        "{{{",
        "||",
        "  * ",
        "**//~~",
        "[[Image(",
        "!",
        "`",
        "wiki:\"",
    ] {
        for text in [piece.repeat(20_000), format!("{}x", piece.repeat(2_000))] {
            let markdown = rendered(&text);
            assert!(markdown.len() < 20 * text.len() + 100, "{piece}");
        }
    }
    let deep: String = (1..200)
        .map(|depth| format!("{} x\n", ">".repeat(depth)))
        .collect();
    assert!(rendered(&deep).matches("quote").count() <= 10);
}

/// Lines that are made of markup more often than not.
fn markup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-z ]{0,4}",
        prop::sample::select(vec![
            "'''",
            "''",
            "**",
            "//",
            "~~",
            "__",
            "`",
            "{{{",
            "}}}",
            "#!python",
            "\n",
            "\n\n",
            " * ",
            " 1. ",
            "||",
            "> ",
            "= ",
            "----",
            "[",
            "]",
            "[[",
            "]]",
            "(",
            ")",
            "|",
            "wiki:",
            "#12",
            "r3",
            "http://e.com",
            "@**all**",
            "@_**1|2**",
            "```",
            "~~~",
            "\\\\",
            "!",
            "::",
            "$$",
            "<time:",
            ">",
            "&#42;",
            "\u{FDD0}",
            "☃",
            "a:: b",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    /// Whatever the text is: nobody is mentioned, and no sentinel is left.
    #[test]
    fn nobody_is_mentioned(text in markup()) {
        let shown = html(&rendered(&text), &Everybody);
        prop_assert!(!shown.html.contains("user-mention"), "{}", shown.html);
        prop_assert!(!shown.wildcard && !shown.topic_wildcard && shown.groups.is_empty());
        let quoted = html(&zulipkit_markup::quote_markdown(&rendered(&text)), &Everybody);
        prop_assert!(!quoted.html.contains("user-mention"), "{}", quoted.html);
    }

    #[test]
    fn any_text_can_be_rendered(text in any::<String>()) {
        let markdown = rendered(&text);
        let sentinels = markdown.contains(['\u{FDD0}', '\u{FDD1}']);
        prop_assert!(!sentinels);
    }
}
