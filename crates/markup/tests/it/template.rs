//! Templates with values from outside, and what the writer makes of them.

use zulipkit_markup::{value::bracket, write};

/// Fills in a template: each `{}` becomes the next value.
pub(crate) fn fill(template: &str, values: &[&str]) -> String {
    let mut values = values.iter();
    let mut parts = template.split("{}");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out += &bracket(values.next().expect("a value for each hole"));
        out += part;
    }
    assert_eq!(values.next(), None, "a hole for each value");
    out
}

#[track_caller]
fn check(template: &str, values: &[&str], expected: &str) {
    assert_eq!(write(&fill(template, values)), expected);
}

#[test]
fn text_without_values_is_copied() {
    let text =
        "# A\n\n**b** `c\nd` [e](f) @**all** ``` g\n\n```text\n  h\n````\n```\n> i ****\n- [](x)";
    check(text, &[], text);
}

#[test]
fn ordinary_text_stays_as_it_is() {
    check(
        "{} pushed {} to {}.",
        &["Ann O'Neil", "3", "website/main"],
        "Ann O'Neil pushed 3 to website/main.",
    );
    check(
        "- {} ({})",
        &["feat(api): add `x`, see #12", "v1.2.3"],
        "- feat(api): add `x`, see #12 (v1.2.3)",
    );
    check(
        "v{} #{} +{}/-{}",
        &["1.2.3", "12", "3", "4"],
        "v1.2.3 #12 +3/-4",
    );
}

#[test]
fn markup_in_a_value_is_shown() {
    check("{}", &["@**all**"], "@&#42;&#42;all&#42;&#42;");
    check("a **{}** b", &["x**y"], "a **x&#42;&#42;y** b");
    check("*{}* ***{}***", &["a^b", "c^d"], "*a&#94;b* ***c&#94;d***");
    check("~~{}~~", &["a~b"], "~~a&#126;b~~");
    check("## {}: {}", &["C#", "F#"], "## C#: F&#35;");
}

#[test]
fn values_side_by_side_are_one_text() {
    check("{}{}", &["`a", " b`"], "`a b`");
    check("{}{}", &["http:", "//e.com"], "http&#58;//e.com");
    check("{}**{}**{}", &["http:", "", "//e.com"], "http&#58;//e.com");
}

#[test]
fn blanks_between_values_and_text_are_kept() {
    check("**{}**{}**{}**", &["a", ", ", "b"], "**a**, **b**");
    check("one{}two", &[" "], "one two");
    check("{}", &["  x  "], "x");
    check("-{}", &[" x"], "-x");
}

#[test]
fn a_value_makes_nothing_with_its_neighbours() {
    check("{}.{}", &["example", "com"], "&#101;xample.com");
    check("see {}.{}", &["x", "sh"], "see &#120;.sh");
    check("{}://e.com", &["http"], "&#104;ttp://e.com");
    check(":{}:", &["smile"], ":&#115;mile:");
    check("<{}>", &["time:2024-01-01 x"], "<&#116;ime:2024-01-01 x>");
    check("&{};", &["copy"], "&&#99;opy;");
    check("[a]{}", &["(http://e.com)"], "[a]&#40;http://e.com)");
    check("\\{}", &["`a`"], "\\&#96;a&#96;");
    check("/{}", &["me waves"], "/&#109;e waves");
    check("1{}", &[". x"], "1&#46; x");
    check(
        "~{}~ ${}$",
        &["~x~", "$x$"],
        "~&#126;x&#126;~ $&#36;x&#36;$",
    );
}

#[test]
fn a_value_makes_no_mention_of_the_markup_after_it() {
    check("{}**all**", &["@"], "&#64;**all**");
    check("{}_**all**", &["@"], "&#64;_**all**");
    check("@{}**all**", &["_"], "@&#95;**all**");
    check("**{}** all **x**", &["a @"], "**a &#64;** all **x**");
    check("{}**x**", &["#"], "&#35;**x**");
    check("{}: **x**", &["a@"], "a@: **x**");
}

#[test]
fn the_template_may_make_a_list_or_a_url_with_a_value() {
    check("{}. {}", &["1", "one"], "1. one");
    check(
        "https://e.com/{}/x",
        &["a b*c"],
        "https://e.com/a%20b%2Ac/x",
    );
}

#[test]
fn code_spans_are_rebuilt() {
    check("x `{}` y", &["a"], "x `a` y");
    check("x `{}` y", &["a`b``c"], "x ```a`b``c``` y");
    check("x `v{}` y", &["`"], "x ``v` `` y");
    check("x `{}`y", &[""], "x y");
    check(
        "`{}` and `{}`",
        &["@**all**", "a\nb"],
        "`@**all**` and `a b`",
    );
    check("| `{}` |", &["a|b"], "| a&#124;b |");
}

#[test]
fn a_trusted_backtick_pairs_with_nothing_outside_of_its_line() {
    check("it`s\n`{}`", &["@**all**"], "it&#96;s\n`@**all**`");
    check("a `` b `{}`", &["x"], "a &#96;&#96; b `x`");
    check("`a`{}`b`", &["`x`"], "`a`&#96;x&#96;`b`");
    check("`a`[{}]({})`b` {}", &["", "", "c"], "`a` `b` c");
}

#[test]
fn fences_hold_whatever_is_in_them() {
    check(
        "```\n{}\n```",
        &["a\n```\n@**all**"],
        "````\na\n```\n@**all**\n````",
    );
    check("~~~\n{}\n~~~\n{}", &["~~~~", "x"], "~~~~~\n~~~~\n~~~~~\nx");
    check(
        "```text\n{}\n```",
        &["*a*\u{202E}\tb"],
        "```text\n*a*\tb\n```",
    );
    check(
        "```{}\n{}\n```",
        &["quote", "@**all**"],
        "```text\n@**all**\n```",
    );
    check(
        "``` {}\n{}\n```",
        &["quote", "@**all**"],
        "```text\n@**all**\n```",
    );
    check(
        "```.{}\n{}\n```",
        &["quote", "@**all**"],
        "```text\n@**all**\n```",
    );
    check("```{}\n{}\n```", &["c++ x", "y"], "```c++x\ny\n```");
    check("```\n{}", &["x"], "```\nx\n```");
    check("{}```\n{}\n```", &["", "@**all**"], "```\n@**all**\n```");
}

#[test]
fn what_is_no_fence_holds_no_code() {
    check(
        "``` (x)\n{}",
        &["@**all**"],
        "&#96;&#96;&#96; (x)\n@&#42;&#42;all&#42;&#42;",
    );
    check(
        " ```\n{}",
        &["@**all**"],
        " &#96;&#96;&#96;\n@&#42;&#42;all&#42;&#42;",
    );
    check("```.\n{}\n```\n{}", &["*", "*"], "```.\n*\n```\n&#42;");
    check(
        "```\tquote\n{}\n```\n{}",
        &["*", "*"],
        "```\tquote\n&#42;\n```\n&#42;",
    );
    check("```{.quote}\n{}\n```", &["*"], "```{.quote}\n&#42;\n```");
}

#[test]
fn a_list_after_any_code_is_a_list() {
    check(
        "```\n{}\n```\na\n- b\n- c",
        &["~~~"],
        "```\n~~~\n```\na\n\n- b\n- c",
    );
    check("```\n{}\n```\na\n- b", &["x"], "```\nx\n```\na\n- b");
}

#[test]
fn code_in_a_quote_shows_no_other_mention() {
    check("> `{}`", &["@**a**"], "> @&#42;&#42;a&#42;&#42;");
    check(
        "```quote\n`{}`\n```",
        &["@_*a*"],
        "```quote\n@_&#42;a&#42;\n```",
    );
}

#[test]
fn a_link_after_an_exclamation_mark_is_a_link() {
    check("{}[a](https://e.com)", &["x!"], "x&#33;[a](https://e.com)");
}

#[test]
fn an_empty_block_joins_nothing() {
    check(
        "a ` b\n```\n```\n`{}`",
        &["@**all**"],
        "a ` b\n\n`@**all**`",
    );
    check(
        "a ` b\n```quote\n- {}\n```\n`{}`",
        &["", "@**all**"],
        "a ` b\n\n`@**all**`",
    );
    check(
        "a ` b\n```\n{}\n```\n`{}`",
        &["", "@**all**"],
        "a ` b\n```\n\n```\n`@**all**`",
    );
}

#[test]
fn quotes_and_spoilers_hold_what_is_in_them() {
    check(
        "```quote\n{}\n```\n{}",
        &["```\na", "b"],
        "```quote\n&#96;&#96;&#96;\na\n```\nb",
    );
    check(
        "```spoiler {}\n```text\n{}\n```\n```",
        &["a `b` ~", "```"],
        "`````spoiler a &#96;b&#96; &#126;\n````text\n```\n````\n`````",
    );
    check(
        "```spoiler: {}\n{}\n```",
        &["@**all**", "`"],
        "```spoiler: @&#42;&#42;all&#42;&#42;\n&#96;\n```",
    );
}

#[test]
fn several_lines_stand_where_a_line_begins() {
    check("{}", &["a\n\n\n  b\n"], "a\n\n&nbsp;&nbsp;b");
    check("{} (end)", &["a\n b"], "a\n&nbsp;b (end)");
    check("by: {}", &["a\nb"], "by: a b");
    check("- {}", &["a\nb"], "- a b");
    check("> {}", &["a\n\n\n> b"], "> a\n>\n> &gt; b");
    check("> > {}", &["a\nb"], "> > a\n> > b");
    check("> {} {}", &["a\nb", "c\nd"], "> a\n> b c d");
    check("## {}", &["a\nb"], "## a b");
    check(
        "a | b\n--- | ---\n{} | {}",
        &["x\ny", "1|2"],
        "a | b\n--- | ---\nx y | 1&#124;2",
    );
}

#[test]
fn links_are_built() {
    check(
        "[{}]({})",
        &["a [b]", "https://e.com/x y"],
        "[a &#91;b&#93;](https://e.com/x%20y)",
    );
    check(
        "[`{}`](https://e.com/{})",
        &["abc", "a)b"],
        "[`abc`](https://e.com/a%29b)",
    );
    check(
        "[{}]({})",
        &["", "https://e.com"],
        "[https&#58;//e.com](https://e.com)",
    );
    check("[{}]({})", &["a*", ""], "a&#42;");
    check("[{}]({}) b", &["", ""], " b");
    check(
        "[{}]({})",
        &["a", "javascript:alert(1)"],
        "a (javascript:alert(1))",
    );
    check(
        "[**{}**]({})",
        &["a]", "/user_uploads/1"],
        "[**a&#93;**](/user_uploads/1)",
    );
    check("[a]({}/b)", &["http://[::1]:80"], "[a](http://[::1]:80/b)");
    check("[a](/{})", &["/evil.com"], "a (//evil.com)");
}

#[test]
fn mentions_are_made_by_id_only() {
    check("@_**|{}** pushed", &["28"], "@_**|28** pushed");
    check("@_**{}|{}** pushed", &["King", "28"], "@_**|28** pushed");
    check(
        "@_**|{}** pushed",
        &["28** @**all"],
        "@|28&#42;&#42; @&#42;&#42;all pushed",
    );
    check("@**{}**", &["all"], "@all");
    check("@*{}*", &["admins"], "@admins");
    check("@**{}**!", &[""], "!");
    check("@**King Hamlet** {}", &["x"], "@**King Hamlet** x");
    check(
        "#**{}** #**{}>x**",
        &["general", "a*b"],
        "#**general** #a&#42;b>x",
    );
}

#[test]
fn times_are_made_of_times_only() {
    check(
        "<time:{}>",
        &["2026-11-25T03:25:00Z"],
        "<time:2026-11-25T03:25:00Z>",
    );
    check(
        "<time:{}>",
        &["soon> @**all**"],
        "soon> @&#42;&#42;all&#42;&#42;",
    );
}

#[test]
fn nothing_is_not_decorated() {
    check("a **{}** *{}* ~~{}~~ b", &["", " ", "\u{202E}"], "a    b");
    check("- {}\n> {}\n## {}\n1. {}\n{}", &["", "", "", "", "x"], "x");
    check("**{} {}**", &["", "a"], "** a**");
}

#[test]
fn a_crowd_of_emoji_is_written_as_references() {
    let many = "😀".repeat(201);
    assert_eq!(write(&bracket(&many)), "&#128512;".repeat(201));
    assert_eq!(write(&bracket(&many[4..])), many[4..]);
}

#[test]
fn no_value_can_forge_a_sentinel() {
    check("{}", &["\u{FDD1}**a**\u{FDD0}"], "&#42;&#42;a&#42;&#42;");
    assert_eq!(write("a\u{FDD1}b\u{FDD5}c\u{FDD0}*"), "abc&#42;");
}
