//! The renderer against recordings of a real server, and under random text.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use proptest::prelude::*;
use regex::Regex;
use serde_json::Value;
use zulipkit_sim::render::{self, Directory, Linkifier, Rendered};

/// The organisation of the recordings.
struct Recorded {
    emoticons: bool,
}

const USERS: &[(u64, &str)] = &[
    (26, "Cordelia, Lear's daughter"),
    (27, "Desdemona"),
    (28, "King Hamlet"),
    (29, "Iago"),
    (30, "Othello, the Moor of Venice"),
    (33, "शिव"),
    (42, "Sandbox Bot"),
];
const CHANNELS: &[(u64, &str)] = &[(24, "ビデオゲーム"), (31, "general"), (32, "test here")];

static LINKIFIERS: LazyLock<[Linkifier; 3]> = LazyLock::new(|| {
    let linkifier = |pattern, repository| {
        Linkifier::new(
            pattern,
            &format!("https://github.com/zulip/{repository}/pull/{{id}}"),
        )
        .unwrap()
    };
    [
        linkifier("#D(?P<id>[0-9]{2,8})", "zulip-desktop"),
        linkifier("zulip-mobile#(?P<id>[0-9]+)", "zulip-mobile"),
        linkifier("zulip-server#(?P<id>[0-9]+)", "server"),
    ]
});

impl Directory for Recorded {
    fn user(&self, name: Option<&str>, id: Option<u64>) -> Option<(u64, String)> {
        let is_it = |user: &(u64, &str)| {
            name.is_none_or(|name| name.to_lowercase() == user.1.to_lowercase())
                && id.is_none_or(|id| id == user.0)
        };
        USERS
            .iter()
            .find(|user| is_it(user))
            .map(|(id, name)| (*id, (*name).to_owned()))
    }

    fn channel(&self, name: &str) -> Option<(u64, String)> {
        CHANNELS
            .iter()
            .find(|channel| channel.1 == name)
            .map(|(id, name)| (*id, (*name).to_owned()))
    }

    fn group(&self, name: &str) -> Option<(u64, String)> {
        (name == "hamletcharacters").then(|| (35, name.to_owned()))
    }

    fn linkifiers(&self) -> &[Linkifier] {
        &*LINKIFIERS
    }

    fn emoji(&self, name: &str) -> Option<String> {
        (name == "green_tick").then(|| "/user_avatars/4/emoji/images/9af43ae3.png".to_owned())
    }

    fn url(&self) -> Option<&str> {
        Some("http://localhost:9991")
    }

    fn emoticons(&self) -> bool {
        self.emoticons
    }
}

fn html(markdown: &str) -> Rendered {
    render::html(markdown, &Recorded { emoticons: false })
}

/// Renders all recordings and returns the messages whose HTML differs.
fn differing(recordings: &str) -> BTreeSet<String> {
    let recordings: Vec<Value> = serde_json::from_str(recordings).unwrap();
    let differs = |recording: &&Value| {
        let markdown = recording["markdown"].as_str().unwrap();
        let emoticons = recording["group"]
            .as_str()
            .is_some_and(|group| group.starts_with("emoticons"));
        render::html(markdown, &Recorded { emoticons }).html != recording["html"]
    };
    recordings
        .iter()
        .filter(differs)
        .map(|recording| recording["markdown"].as_str().unwrap().to_owned())
        .collect()
}

/// The list of what is not rendered alike yet may only become shorter.
#[test]
fn markup_is_rendered_as_on_a_server_but_for_what_is_listed() {
    let listed = include_str!("data/render/not-yet.txt").lines();
    let listed: BTreeSet<String> = listed
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let differing = differing(include_str!("data/render/golden.json"));
    let unlisted: Vec<_> = differing
        .difference(&listed)
        .map(|markdown| (markdown, html(markdown).html))
        .collect();
    assert!(
        unlisted.is_empty(),
        "rendered otherwise and not listed in not-yet.txt: {unlisted:#?}"
    );
    let alike: Vec<_> = listed.difference(&differing).collect();
    assert!(
        alike.is_empty(),
        "rendered alike by now, so remove from not-yet.txt: {alike:#?}"
    );
}

#[test]
fn escaped_text_is_rendered_as_on_a_server() {
    let differing = differing(include_str!("data/render/escape.json"));
    assert!(differing.is_empty(), "{differing:#?}");
}

#[test]
fn mentions_are_found_once_and_not_in_quotes_or_code() {
    let rendered = html(
        "@**iago** @**|28** @**Iago** @_**Desdemona** @*hamletcharacters* @**topic**\n\
         `@**all**`\n> @**all**",
    );
    assert_eq!(rendered.mentions, [29, 28]);
    assert_eq!(rendered.groups, [35]);
    assert!(rendered.topic_wildcard);
    assert!(!rendered.wildcard);
    assert!(html("```spoiler @**all**\na\n```").wildcard);
}

/// Text between inner elements is read twice, which is why escaping must count a code span or an
/// emoji as an edge.
#[test]
fn text_after_an_inner_element_is_read_again() {
    assert_eq!(html("**e.com**").html, "<p><strong>e.com</strong></p>");
    let again = html("**`a` e.com**").html;
    assert_eq!(
        again,
        r#"<p><strong><code>a</code> <a href="http://e.com">e.com</a></strong></p>"#
    );
}

#[test]
fn blank_messages_are_nothing() {
    for blank in ["", " ", "\n \n", "\u{2}\u{3}"] {
        assert_eq!(html(blank), Rendered::default(), "{blank:?}");
    }
}

/// What is hard on parsers if there is much of it.
#[rustfmt::skip]
const HOSTILE: &[&str] = &[
    ">", "> ", "- ", "* ", "1. ", "*", "**", "*a ", "*a *b", "~~", "`", "\\`", "[", "[a](",
    "[a](\"", "![", "](", "(", "<time:", "@**", "@_*a", "#**a>", "#**", "http://", "http://a/(",
    "a.com/,", "a@", "$$", "$$a", ":a", ":+1:", "&", "&#", "😀", "|", "a|`", "---\n", "# a\n",
    "#\n", "- a\n", "- a\n\n", "  - a\n\n", "> a\n", ">\n", "```\n", "```quote\n",
    "~~~spoiler a\n", "    a\n\n", "a\n- b\n", "**`a` ", "*`a` ", "\\", "\n", " ", "\t",
];

/// Everything that means something to a parser.
#[rustfmt::skip]
const MARKERS: &[&str] = &[
    "*", "**", "***", "_", "~~", "~~~", "`", "``", "```", "```quote", "```spoiler x", "```math",
    "[", "]", "](", "](http://e.com)", "(", ")", "!", "<", ">", "> ", "&", "&#42;", "&amp;", ";",
    ":", ":smile:", ":)", "@**all**", "@**King Hamlet**", "@_*", "@*hamletcharacters*",
    "#**general**", "#**general>x**", "$$", "$", "<time:2024-01-01>", "<time:", "http://", "e.com",
    "a@b.com", "javascript:alert(1)", "\"", "'", "|", "|---|", "---", "- ", "+ ", "1. ", "# ", "#",
    "#D123", "\\", "/me ", "\n", "\n\n", "\r", "  ", "    ", "\t", " ", "a", "é", "日", "😀", "👍🏽",
    "\u{2}", "\u{3}", "0", "\u{0}", "\u{200b}", "<script>", "<img src=x onerror=alert(1)>", "^",
    "=", ".", ",", "{", "}",
];

/// Messages of the greatest length: none may exhaust the stack, or become out of proportion.
#[test]
fn hostile_messages_are_rendered() {
    for pattern in HOSTILE {
        let message = pattern.repeat(10_000 / pattern.chars().count());
        let rendered = html(&message);
        let grown = rendered.html.len() / message.len();
        assert!(grown < 60, "{pattern:?} grew {grown} times");
    }
    let ticks: String = (1..140)
        .map(|length| format!("{} ", "`".repeat(length)))
        .collect();
    assert!(html(&ticks).html.contains('`'));
}

fn markers() -> impl Strategy<Value = String> {
    let marker = prop::sample::select(MARKERS);
    prop::collection::vec(marker, 0..60).prop_map(|markers| markers.concat())
}

proptest! {
    #[test]
    fn random_text_becomes_safe_html(message in markers(), emoticons: bool) {
        let rendered = render::html(&message, &Recorded { emoticons }).html;
        prop_assert!(!rendered.contains(['\u{2}', '\u{3}']), "a mark is left: {rendered:?}");
        for tag in rendered.split('<').skip(1) {
            prop_assert!(is_safe(tag), "unsafe tag in {rendered:?}");
        }
    }
}

/// Tells whether a tag (without its `<`) and the text after it are what rendering makes: a known
/// name, known attributes in closed quotes, and no link that could run a script.
fn is_safe(tag: &str) -> bool {
    const NAMES: &str = "a blockquote br code del div em h1 h2 h3 h4 h5 h6 hr img li ol p pre span \
                         strong table tbody td th thead time tr ul";
    const ATTRIBUTES: &str = "alt aria-hidden aria-label class data-code-language data-stream-id \
                              data-user-group-id data-user-id datetime role start style title";
    const TARGETS: [&str; 6] = ["http:", "https:", "mailto:", "bitcoin:", "/", "#"];
    static TAG: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"^/?([a-z0-9]+)((?: [a-z-]+="[^"<>]*")*)>[^<>]*$"#).unwrap());
    static ATTRIBUTE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#" ([a-z-]+)="([^"]*)""#).unwrap());

    let Some(tag) = TAG.captures(tag) else {
        return false;
    };
    let known = |list: &str, name: &str| list.split_whitespace().any(|known| known == name);
    known(NAMES, &tag[1])
        && ATTRIBUTE
            .captures_iter(&tag[2])
            .all(|attribute| match &attribute[1] {
                "href" | "src" => {
                    attribute[2].is_empty()
                        || TARGETS.iter().any(|start| attribute[2].starts_with(start))
                }
                name => known(ATTRIBUTES, name),
            })
}
