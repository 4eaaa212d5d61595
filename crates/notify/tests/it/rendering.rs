//! How events are worded.

use std::fs;

use crate::world::*;

fn with_push(template: &str) -> String {
    format!("{ONE_ROUTE}[templates]\npush = '''\n{template}'''\n")
}

#[test]
fn the_compiled_in_words() {
    let outgoing = only(rules(ONE_ROUTE).render(&push_of("release/1.0", &["Fix *it*", "Add x"])));
    assert_eq!(topic(&outgoing), "website/release/1.0");
    insta::assert_snapshot!(outgoing.content, @r"
    **Ada** pushed 2 commits to release/1.0:
    * Fix &#42;it&#42; (`0123456789`)
    * Add x (`0123456789`)
    ");
    assert_eq!(content(ONE_ROUTE, &tag("v1.0")), "Ada tagged v1.0");
}

#[test]
fn a_style_falls_back_to_the_default_where_it_has_no_words() {
    let classic = format!("{ONE_ROUTE}[templates]\nstyle = \"classic\"\n");
    assert_eq!(
        content(&classic, &push("main")),
        "ada&#64;example.com pushed to main"
    );
    assert_eq!(content(&classic, &tag("v1")), "Ada tagged v1");
}

#[test]
fn a_template_of_the_settings_wins_and_one_of_the_route_wins_over_that() {
    let settings = r#"
        [templates]
        push = "general {{ branch }}"
        tag = "group {{ tag }}"
        topic = "{{ repo }}"
        [[route]]
        when = { branch = "main" }
        channel = "c"
        topic = "the topic"
        templates = { push = "special {{ branch }}" }
        [[route]]
        channel = "c"
    "#;
    let main = only(rules(settings).render(&push("main")));
    assert_eq!(
        (topic(&main), main.content.as_str()),
        ("the topic", "special main")
    );
    let other = only(rules(settings).render(&push("x")));
    assert_eq!(
        (topic(&other), other.content.as_str()),
        ("website", "general x")
    );
    assert_eq!(content(settings, &tag("v1")), "group v1");
}

#[test]
fn a_template_may_be_a_file_beside_the_settings() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("templates")).unwrap();
    fs::write(
        folder.path().join("templates/push.md"),
        "from a file: {{ branch }}\n",
    )
    .unwrap();
    let settings = format!("{ONE_ROUTE}[templates]\npush = \"templates/push.md\"\n");
    let rules = try_rules(&folder.path().join("git.toml"), &settings).unwrap();
    assert_eq!(
        only(rules.render(&push("main"))).content,
        "from a file: main"
    );
}

#[test]
fn filters_and_functions_for_messages() {
    for (template, expected) in [
        ("{{ commits[0].id|short }}", "0123456789"),
        ("{{ commits[0].id|short(12) }}", "0123456789ab"),
        ("{{ 1|plural('entry', 'entries') }}", "1 entry"),
        ("{{ 3|plural('entry', 'entries') }}", "3 entries"),
        ("{{ 0|plural('commit') }}", "0 commits"),
        ("{{ commits[0].subject|truncate(8) }}", "Fix the…"),
        ("{{ mention(28) }} {{ silent(27) }}", "@**|28** @_**|27**"),
        ("{{ happened|time }}", "<time:2026-03-01T12:00:00Z>"),
        ("{{ branch|time }}", "main"),
        ("{{ event }} in {{ integration }}", "push in git"),
        ("{{ branch|e }}", "main"),
        ("[{{ branch }}]", "[main]"),
        ("x{{ none }}y", "xy"),
        ("{{ tag|default('no tag') }}", "no tag"),
        ("{% if tag %}{{ tag }}{% else %}none{% endif %}", "none"),
    ] {
        assert_eq!(
            content(&with_push(template), &push("main")),
            expected,
            "{template}"
        );
    }
}

#[test]
fn tags_on_lines_of_their_own_leave_no_empty_lines() {
    let template = "a\n{% for path in paths %}\n  {% if loop.first %}\n- {{ path }}\n  {% endif %}\n{% endfor %}\nb\n";
    assert_eq!(
        content(&with_push(template), &push("main")),
        "a\n- docs/index.md\nb"
    );
}

#[test]
fn a_shipped_text_may_be_included() {
    let template = "Look: {% include \"default/branch_deleted\" %}";
    assert_eq!(
        content(&with_push(template), &push("x")),
        "Look: Ada deleted x"
    );
}

#[test]
fn a_long_topic_stands_whole_in_the_body() {
    let branch = "a-branch-with-a-name-that-is-much-longer-than-the-sixty-characters-of-a-topic";
    let outgoing = only(rules(ONE_ROUTE).render(&push_of(branch, &["Fix it"])));
    assert_eq!(
        topic(&outgoing),
        "website/a-branch-with-a-name-that-is-much-longer-than-the-s…"
    );
    let full = format!("website/{branch}");
    assert_eq!(outgoing.full_topic.as_deref(), Some(full.as_str()));
    assert!(
        outgoing
            .content
            .starts_with(&format!("**{full}**\n\n**Ada** pushed"))
    );
}

#[test]
fn topics_are_plain_text() {
    let settings = "[[route]]\nchannel = 1\ntopic = \"{{ branch }}\\n *x* \"\n";
    assert_eq!(
        topic(&only(rules(settings).render(&push("`a`*b*")))),
        "`a`*b* *x*"
    );
    let blank = "[[route]]\nchannel = 1\ntopic = \"{{ branch }}\"\n";
    assert_eq!(topic(&only(rules(blank).render(&push(" ")))), "git");
}

#[test]
fn what_is_too_long_is_cut_at_a_line() {
    let subjects = vec!["A subject of some length, as people write them"; 500];
    let text = content(ONE_ROUTE, &push_of("main", &subjects));
    assert!(text.chars().count() <= 10_000);
    assert!(text.ends_with("… (shortened)"));
    assert!(text.contains("pushed 500 commits"));
    let last = text.lines().rev().nth(1).unwrap();
    assert_eq!(
        last,
        "* A subject of some length, as people write them (`0123456789`)"
    );
}

#[test]
fn a_template_that_fails_is_replaced_and_reported() {
    let rendered = rules(&with_push("{{ author.name }}: {{ brnach }}")).render(&push("main"));
    assert!(
        rendered.outgoing[0]
            .content
            .starts_with("**Ada** pushed 1 commit to main:")
    );
    insta::assert_snapshot!(warning(&rendered), @r"
    error: cannot use template `push`
      caused by: `brnach` has no value in this event
     --> git.toml:5:23
      |
    5 | {{ author.name }}: {{ brnach }}'''
      |                       ^^^^^^ did you mean `branch`?
    ");
}

#[test]
fn a_file_that_is_not_there_is_reported_where_it_is_named() {
    let settings = format!("{ONE_ROUTE}[templates]\npush = \"no/such.md\"\n");
    let rendered = rules(&settings).render(&push("main"));
    assert_eq!(rendered.outgoing.len(), 1);
    insta::assert_snapshot!(warning(&rendered), @r#"
    error: cannot use template `push`
      caused by: cannot read `no/such.md`
      caused by: No such file or directory (os error 2)
     --> git.toml:4:8
      |
    4 | push = "no/such.md"
      |        ^^^^^^^^^^^^
    "#);
}

#[test]
fn an_endless_template_ends() {
    let rendered = rules(&with_push(
        "{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}",
    ))
    .render(&push("main"));
    assert_eq!(rendered.outgoing.len(), 1);
    insta::assert_snapshot!(warning(&rendered), @r"
    error: cannot use template `push`
      caused by: it does more work than a message may cost
     --> git.toml:5:41
      |
    5 | {% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}'''
      |                                         ^^^^^^^^^^^^^
    hint: shorten its loops: `{% for item in list[:20] %}`
    ");
}

#[test]
fn an_empty_message_is_no_message() {
    let rendered = rules(&with_push("{% if forced %}x{% endif %}\n")).render(&push("main"));
    assert_eq!(rendered.outgoing.len(), 1);
    insta::assert_snapshot!(warning(&rendered), @r"
    error: cannot use template `push`
      caused by: it made an empty message
     --> git.toml:4:8
      |
    4 | push = '''
      |        ^^^
    hint: to send nothing, use a route with `skip = true`
    ");
}

#[test]
fn a_kind_without_words_is_told_as_facts() {
    let event = event(
        "unheard_of",
        &serde_json::json!({ "repo": "```\n@**all**" }),
    );
    insta::assert_snapshot!(content("[[route]]\nchannel = 1\ntopic = \"t\"\n", &event), @r#"
    git: unheard_of

    ````json
    {
      "repo": "```\n@**all**"
    }
    ````
    "#);
}

#[test]
fn a_filter_of_the_product_makes_markdown_of_a_text() {
    let rules = rules(&format!(
        "{ONE_ROUTE}[templates]\npush = '{{{{ branch|shout }}}} {{{{ branch|shout(\"?\") }}}} {{{{ branch|upper }}}}'\n"
    ));
    let message = only(rules.render(&push("a*b")));
    assert_eq!(message.content, "**a&#42;b!** **a&#42;b?** A&#42;B");
    assert!(rules.check().is_empty());
}

#[test]
fn a_quote_holds_a_text_from_outside_or_finished_markdown() {
    let rules = rules(&format!(
        "{ONE_ROUTE}[templates]\npush = \"{{{{ branch|quote }}}}\\n{{{{ branch|shout|quote }}}}\"\n"
    ));
    let message = only(rules.render(&push("```\n*b")));
    assert_eq!(
        message.content,
        "```quote\n&#96;&#96;&#96;\n&#42;b\n```\n```quote\n**&#96;&#96;&#96; &#42;b!**\n```"
    );
}

#[test]
fn facts_may_stand_in_a_channels_name() {
    let look = |channel: &str| {
        let rules = rules(&format!("[[route]]\nchannel = {channel:?}\n"));
        let faults = rules
            .check()
            .iter()
            .map(|fault| fault.render(false))
            .collect::<String>();
        let rendered = rules.render(&push("main"));
        (
            rendered.outgoing[0].place(),
            rendered.warnings.len(),
            faults,
        )
    };
    assert_eq!(
        look("team-{{ branch }}"),
        ("#team-main > website/main".to_owned(), 0, String::new())
    );
    // What gives no name stays as it is written, and waits for somebody to mend it.
    let (place, warnings, faults) = look("{{ branhc }}");
    assert_eq!(
        (place.as_str(), warnings),
        ("#{{ branhc }} > website/main", 1)
    );
    assert!(faults.contains("unknown fact `branhc`"), "{faults}");
}
