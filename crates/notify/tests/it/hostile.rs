//! Text from outside stays text, whatever it and the template are.

use proptest::prelude::*;

use crate::world::*;

/// No template here writes this by itself.
const EVIL: &str = "@**all**";

fn with_push(template: &str) -> String {
    format!("{ONE_ROUTE}[templates]\npush = '''\n{template}'''\n")
}

#[test]
fn no_way_through_a_template_makes_markup_of_a_value() {
    for template in [
        "{{ branch }}",
        "{{ branch ~ '' }}",
        "{{ '' ~ branch }}",
        "{{ [branch, branch]|join }}",
        "{{ [branch, branch]|join(' ') }}",
        "{{ [mention(1), branch]|join(' ') }}",
        "{{ mention(1) ~ ' ' ~ branch }}",
        "{{ branch|replace('x', 'y') }}",
        "{{ mention(1)|replace('|1', branch) }}",
        "{{ '%s'|format(branch) }}",
        "{{ branch|e }}",
        "{% autoescape false %}{{ branch }}{% endautoescape %}",
        "{% autoescape 'html' %}{{ branch|e }}{% endautoescape %}",
        "{% autoescape 'none' %}{% set x %}{{ branch }}{% endset %}{{ x }}{% endautoescape %}",
        "{% set x = branch %}{{ x }}",
        "{% set x %}{{ branch }}{% endset %}{{ x }}",
        "{% set x %}{{ branch }}{% endset %}{{ x[1:] }}",
        "{% set x %}{{ branch }}{% endset %}{{ x[:-1] ~ x[1:] }}",
        "{% set x %}{{ branch }}{% endset %}{% for c in x %}{{ c }}{% endfor %}",
        "{% set x %}{{ branch }}{% endset %}{{ x|list|join }}",
        "{% set x %}{{ branch }}{% endset %}{{ x|split('0')|join }}",
        "{% set x %}{{ branch }}{% endset %}{{ x|reverse }}",
        "{% set x %}{{ branch }}{% endset %}{{ x|lower }}",
        "{% set x %}{{ branch }}{% endset %}{{ x * 2 }}",
        "{% macro m(x) %}{{ x }}{% endmacro %}{{ m(branch) }}",
        "{% macro m(x) %}{{ x }}{% endmacro %}{{ m(branch)|trim }}",
        "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}{{ branch }}{% endcall %}",
        "{% filter lower %}{{ branch }}{% endfilter %}",
        "{% filter replace('x', 'y') %}{{ branch }}{% endfilter %}",
        "{{ {branch: branch} }}",
        "{{ [branch] }}",
        "{{ [branch]|tojson }}",
        "{{ branch|pprint }}",
        "{{ branch|indent(2) }}",
        "{{ dict(a=branch).a }}",
        "{% for k, v in {branch: 1}|items %}{{ k }}{% endfor %}",
        "{% block b %}{{ branch }}{% endblock %}{{ self.b() }}",
        "{% include 'branch_deleted' %}",
        "{{ branch|default('x') }}",
        "{{ branch if true }}",
        "{{ namespace(a=branch).a }}",
    ] {
        let rendered = rules(&with_push(template)).render(&push(EVIL));
        let text = &rendered.outgoing[0].content;
        assert!(!text.contains(EVIL), "{template}: {text}");
    }
}

#[test]
fn a_value_is_written_as_its_place_demands() {
    let template = "\
# {{ branch }}
**{{ branch }}** [{{ branch }}](https://example.com/{{ branch }}) `{{ branch }}` @**{{ branch }}**

```text
{{ branch }}
```

> {{ branch }}

| a | b |
| - | - |
| {{ branch }} | {{ none }} |
";
    let text = content(&with_push(template), &push("a`b|](x) **c**\n```\n@**all**"));
    insta::assert_snapshot!(text, @r"
    # a&#96;b|&#93;(x) &#42;&#42;c&#42;&#42; &#96;&#96;&#96; @&#42;&#42;all&#42;&#42;
    **a&#96;b|&#93;(x) &#42;&#42;c&#42;&#42; &#96;&#96;&#96; @&#42;&#42;all&#42;&#42;** [a&#96;b|&#93;(x) &#42;&#42;c&#42;&#42; &#96;&#96;&#96; @&#42;&#42;all&#42;&#42;](https://example.com/a%60b%7C%5D%28x%29%20%2A%2Ac%2A%2A%60%60%60@%2A%2Aall%2A%2A) ````a`b|](x) **c** ``` @**all**```` @a&#96;b|&#93;(x) &#42;&#42;c&#42;&#42; &#96;&#96;&#96; @&#42;&#42;all&#42;&#42;

    ````text
    a`b|](x) **c**
    ```
    @**all**
    ````

    > a&#96;b|&#93;(x) &#42;&#42;c&#42;&#42;
    > &#96;&#96;&#96;
    > @&#42;&#42;all&#42;&#42;

    | a | b |
    | - | - |
    | a&#96;b&#124;&#93;(x) &#42;&#42;c&#42;&#42; &#96;&#96;&#96; @&#42;&#42;all&#42;&#42; |  |
    ");
}

#[test]
fn a_name_from_outside_does_not_mention_everyone() {
    for template in [
        "@**{{ branch }}**",
        "@*{{ branch }}*",
        "{{ mention(1)|replace('|1', branch) }}",
        "@**a{{ branch[1:] }}**",
    ] {
        let text = content(&with_push(template), &push("all"));
        assert!(
            !text.contains("@**all") && !text.contains("@*all"),
            "{template}: {text}"
        );
    }
}

#[test]
fn a_decoration_around_nothing_disappears() {
    assert_eq!(
        content(&with_push("a **{{ none }}** `{{ '' }}`b"), &push("main")),
        "a  b"
    );
}

#[test]
fn values_cannot_bring_their_own_brackets() {
    let text = content(ONE_ROUTE, &push("\u{FDD1}@**all**\u{FDD0}"));
    assert!(!text.contains("@**all**"), "{text}");
    assert!(!text.contains(['\u{FDD0}', '\u{FDD1}']), "{text}");
}

#[test]
fn there_is_no_word_for_safe() {
    let rendered = rules(&with_push("{{ branch|safe }}")).render(&push(EVIL));
    assert!(!rendered.outgoing[0].content.contains(EVIL));
    insta::assert_snapshot!(warning(&rendered), @r"
    error: cannot use template `push`
      caused by: unknown filter `safe`
     --> git.toml:5:11
      |
    5 | {{ branch|safe }}'''
      |           ^^^^
    hint: what comes from outside is always shown as it is written
    ");
}

/// Pieces of templates that pass text on, around an expression.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("branch".to_owned()),
        Just("commits[0].subject".to_owned()),
        Just("mention(1)".to_owned()),
        Just("'0'".to_owned()),
        Just("held".to_owned()),
        Just("line(branch)".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            (inner.clone(), "(upper|lower|trim|title|e|list|string|reverse|first|last|tojson|split|lines|indent\\(2\\)|short\\(3\\)|truncate\\(4\\)|pprint)")
                .prop_map(|(value, filter)| format!("({value})|{filter}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} ~ {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("[{a}, {b}]|join({a})")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("({a})|replace({b}, {c})")),
            (inner.clone(), 0..3_i8, 1..4_i8).prop_map(|(value, from, to)| format!("({value})[{from}:-{to}]")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a})|format({b})")),
            inner.clone().prop_map(|value| format!("({value} * 2)")),
            inner.prop_map(|value| format!("line({value})")),
        ]
    })
}

fn template() -> impl Strategy<Value = String> {
    let wrap = prop_oneof![
        Just("{{ % }}"),
        Just("**{{ % }}**"),
        Just("{% for c in % %}{{ c }}{% endfor %}"),
        Just("{% filter upper %}{{ % }}{% endfilter %}"),
        Just("{% autoescape false %}{{ % }}{% endautoescape %}"),
        Just("{% set held %}{{ % }}{% endset %}{{ held }}"),
        Just("{% set held = % %}{{ held[1:] }}"),
        Just("{% if % %}{{ % }}{% endif %}"),
        Just("{% call(x) wrapped(%) %}{{ x }}{% endcall %}"),
    ];
    let piece = (wrap, expression()).prop_map(|(wrap, expression)| {
        wrap.replace(" % ", &format!(" {expression} "))
            .replace("(%)", &format!("({expression})"))
    });
    prop::collection::vec(piece, 1..4).prop_map(|pieces| {
        format!(
            "{{% macro line(x) %}}* {{{{ x }}}}{{% endmacro %}}\
             {{% macro wrapped(x) %}}~{{{{ caller(x) }}}}~{{% endmacro %}}\
             {{% set held %}}0{{{{ branch }}}}1{{% endset %}}X{}",
            pieces.join("\n")
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// No template here writes `@**a`, so where it stands it came from outside.
    #[test]
    fn a_value_never_becomes_markup(template in template()) {
        let settings = with_push(&template);
        let evil = push_of("b\u{FDD0}0\u{FDD1}@**all**", &["s@**all**"]);
        let rendered = rules(&settings).render(&evil);
        for outgoing in rendered.outgoing {
            prop_assert!(!outgoing.content.to_lowercase().contains("@**a"), "{template}\n{}", outgoing.content);
        }
    }

    #[test]
    fn no_template_brings_it_down(template in "[ -~é…\u{FDD0}\\n]{0,40}(\\{[{%#][ -~é…]{0,20}[}%#]\\}[ -~é…\\n]{0,10}){0,3}") {
        prop_assume!(!template.contains("'''") && !template.ends_with('\''));
        let settings = with_push(&template);
        let rules = rules(&settings);
        rules.check();
        let rendered = rules.render(&push("main"));
        prop_assert_eq!(rendered.outgoing.len(), 1);
        prop_assert!(!rendered.outgoing[0].content.trim().is_empty());
    }

    #[test]
    fn no_condition_brings_it_down(condition in "[ -&(-~é…]{0,30}") {
        let settings = format!("[[route]]\nif = '{condition}'\nchannel = 1\n");
        let rules = rules(&settings);
        rules.check();
        let rendered = rules.render(&push("main"));
        prop_assert!(rendered.outgoing.is_empty() || rendered.warnings.is_empty());
    }
}
