use insta::assert_snapshot;
use zulipkit_integrations::driver::Effective;
use zulipkit_integrations::find;
use zulipkit_integrations::jenkins::{DEFAULTS, Settings};
use zulipkit_notify::{Event, Limits, To};

/// Renders a fixture: the topic in brackets, then the message.
fn message(fixture: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/jenkins/fixtures");
    let text = std::fs::read_to_string(format!("{folder}/{fixture}.json")).unwrap();
    let event: Event = serde_json::from_str(&text).unwrap();
    let path = "jenkins.toml".as_ref();
    let settings = zulipkit_settings::read_text::<Settings>(DEFAULTS, path, "").unwrap();
    let jenkins = find("jenkins").unwrap();
    let rules = jenkins
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
fn an_unstable_build_counts_tests_and_lists_commits() {
    assert_snapshot!(message("unstable"), @"
    [Shop/api/release/1.0]
    :warning: [Shop » api » release/1.0](https://ci.example.com/job/Shop/job/api/job/release%252F1.0/) [#42](https://ci.example.com/job/Shop/job/api/job/release%252F1.0/42/) **unstable**, 3 of 120 tests failed · 3 min 12 s · Started by an SCM change

    * `4be1a62d0c` Round half cents up &#91;x&#93;&#40;http://e.com) @&#42;&#42;all&#42;&#42; – @_**|12**
    * `91d07a5e33` Speed up the checkout – Lee @&#42;&#42;all&#42;&#42; `x`
    * [and 58 more](https://ci.example.com/job/Shop/job/api/job/release%252F1.0/42/changes)

    Since the last good build: @_**|12**, Lee @&#42;&#42;all&#42;&#42; `x` and 3 more

    ```spoiler 3 failed tests
    * `shop.InvoiceTest.rounding`: expected `10.01` but was 10.00
    * `shop.CartTest.empty`
    * [and 1 more](https://ci.example.com/job/Shop/job/api/job/release%252F1.0/42/testReport/)
    ```

    Files: [target/shop 1.0.jar](https://ci.example.com/job/Shop/job/api/job/release%252F1.0/42/artifact/target/shop%201.0.jar) and 4 more
    ");
}

#[test]
fn a_fixed_build_says_how_long_it_was_broken() {
    assert_snapshot!(message("fixed"), @"
    [Shop/api/release/1.0]
    :check_mark: [Shop » api » release/1.0](https://ci.example.com/job/Shop/job/api/job/release%252F1.0/) [#42](https://ci.example.com/job/Shop/job/api/job/release%252F1.0/42/) **fixed** after 3 failures (2 h) · 3 min 12 s · Started by user Kim
    ");
}

#[test]
fn a_build_that_still_fails_names_who_committed_since_the_last_good_one() {
    assert_snapshot!(message("still_failing"), @"
    [Shop/api/release/1.0]
    :cross_mark: [Shop » api » release/1.0](https://ci.example.com/job/Shop/job/api/job/release%252F1.0/) [#42](https://ci.example.com/job/Shop/job/api/job/release%252F1.0/42/) **still failing**, 4 in a row (2 h) · 3 min 12 s · Started by user Kim

    ```quote
    Deploy of 1.0
    after the freeze
    ```

    Since the last good build: @_**|12**, Lee @&#42;&#42;all&#42;&#42; `x`
    ");
}

#[test]
fn a_pull_request_is_named() {
    assert_snapshot!(message("pull_request"), @"
    [Shop/api/PR-12]
    :check_mark: **Shop » api » PR-12** **#42** **succeeded** · 3 min 12 s · Started by user Kim

    [12](https://git.example.com/shop/api/pulls/12) Gift cards &#42;now&#42; – Lee
    ");
}

#[test]
fn a_stopped_build_is_short() {
    assert_snapshot!(message("aborted"), @"
    [Shop/api/release/1.0]
    :stop_sign: [Shop » api » release/1.0](https://ci.example.com/job/Shop/job/api/job/release%252F1.0/) [#42](https://ci.example.com/job/Shop/job/api/job/release%252F1.0/42/) **aborted**
    ");
}

#[test]
fn a_message_is_markdown() {
    assert_snapshot!(message("message"), @"
    [Releases]
    **1.0** is [out](https://shop.example.com), @_**Kim|12**
    ");
}
