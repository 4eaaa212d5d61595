//! What is found before the first event is.

use std::path::Path;

use crate::world::*;

fn refused(settings: &str) -> String {
    try_rules(Path::new("git.toml"), settings)
        .err()
        .unwrap_or_default()
}

fn faults(settings: &str) -> String {
    let faults: Vec<String> = rules(settings)
        .check()
        .iter()
        .map(|f| f.render(false))
        .collect();
    faults.join("\n\n")
}

#[test]
fn good_settings_have_no_faults() {
    assert_eq!(faults(ONE_ROUTE), "");
    let settings = r#"
        [[route]]
        when = { event = "tag", tag = "v*" }
        if = "'rc' not in tag and author.name != event"
        channel = "releases"
        topic = "{{ repo }} {{ tag }}"
        templates = { tag = "{{ mention(5) }} {{ tag|upper }} {{ happened }}" }
        [templates]
        branch_deleted = "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}{{ repo }}{% endcall %}{% block b %}{% endblock %}{{ self.b() }}"
        push = '''{% macro line(c) %}{{ c.subject }}{% endmacro %}{% for c in commits %}{{ line(c) }}{{ loop.index }}{% endfor %}'''
    "#;
    assert_eq!(faults(settings), "");
}

#[test]
fn a_route_has_one_destination() {
    insta::assert_snapshot!(refused("[[route]]\nwhen = { branch = \"main\" }\ntopic = \"x\"\n"), @r"
    error: cannot use this route
      caused by: it has neither `channel` nor `direct` nor `skip = true`
     --> git.toml:1:1
      |
    1 | [[route]]
      | ^^^^^^^^^
    ");
    insta::assert_snapshot!(refused("[[route]]\nchannel = 1\nskip = true\n"), @r"
    error: cannot use this route
      caused by: it has more than one of `channel`, `direct` and `skip`
     --> git.toml:1:1
      |
    1 | [[route]]
      | ^^^^^^^^^
    ");
    insta::assert_snapshot!(refused("[[route]]\ndirect = 1\ntopic = \"x\"\n"), @r"
    error: cannot use this route
      caused by: only a channel has topics
     --> git.toml:1:1
      |
    1 | [[route]]
      | ^^^^^^^^^
    ");
    insta::assert_snapshot!(refused("[[route]]\ndirect = [1, \"a@example.com\"]\n"), @r#"
    TOML parse error at line 2, column 10
      |
    2 | direct = [1, "a@example.com"]
      |          ^^^^^^^^^^^^^^^^^^^^
    name all by e-mail address or all by id: the server takes no mixture
    "#);
}

#[test]
fn unknown_names_have_a_place_and_the_nearest_name() {
    insta::assert_snapshot!(refused("[[route]]\nchannel = 1\nwhen = { brunch = \"main\" }\n"), @r#"
    error: cannot use this route
      caused by: unknown fact `brunch`
     --> git.toml:3:10
      |
    3 | when = { brunch = "main" }
      |          ^^^^^^ did you mean `branch`?
    hint: the facts here are `repo`, `branch`, `commits`, `paths`, `author`, `forced`, `tag`
    "#);
    insta::assert_snapshot!(refused("[[route]]\nchannel = 1\n[route.when]\nevent = \"pusj\"\n"), @r#"
    error: cannot use this route
      caused by: unknown event `pusj`
     --> git.toml:4:9
      |
    4 | event = "pusj"
      |         ^^^^^^ did you mean `push`?
    hint: the events here are `push`, `branch_deleted`, `tag_created`, `branch_event`, `tag`
    "#);
    insta::assert_snapshot!(refused("[templates]\npuhs = \"x\"\n"), @r#"
    error: cannot use this template
      caused by: unknown event `puhs`
     --> git.toml:2:1
      |
    2 | puhs = "x"
      | ^^^^ did you mean `push`?
    hint: the templates here are `push`, `branch_deleted`, `tag_created`, `branch_event`, `tag`, `topic`
    "#);
    insta::assert_snapshot!(refused("[templates]\nstyle = \"clasic\"\n"), @r#"
    error: cannot use these templates
      caused by: unknown style `clasic`
     --> git.toml:2:9
      |
    2 | style = "clasic"
      |         ^^^^^^^^ did you mean `classic`?
    hint: the styles here are `default`, `classic`
    "#);
}

#[test]
fn wrong_types_say_what_is_wanted() {
    insta::assert_snapshot!(refused("[[route]]\nchannel = true\n"), @r"
    TOML parse error at line 2, column 11
      |
    2 | channel = true
      |           ^^^^
    invalid type: boolean `true`, expected a channel's name or its id
    ");
    insta::assert_snapshot!(refused("[[route]]\nchannel = 1\nwhen = { branch = { a = 1 } }\n"), @r#"
    TOML parse error at line 3, column 19
      |
    3 | when = { branch = { a = 1 } }
      |                   ^^^^^^^^^
    invalid type: map, expected a glob, a list of globs, a comparison such as ">= 10", a number, true or false
    "#);
    insta::assert_snapshot!(refused("[[route]]\nchannel = 1\nwhen = { branch = \"a[\" }\n"), @r#"
    TOML parse error at line 3, column 19
      |
    3 | when = { branch = "a[" }
      |                   ^^^^
    error parsing glob 'a[': unclosed character class; missing ']'
    "#);
    insta::assert_snapshot!(refused("[[route]]\nchannel = 1\nwhen = { branch = [] }\n"), @r"
    TOML parse error at line 3, column 19
      |
    3 | when = { branch = [] }
      |                   ^^
    an empty list matches nothing
    ");
    insta::assert_snapshot!(refused("[[route]]\nchanel = 1\n"), @r"
    TOML parse error at line 2, column 1
      |
    2 | chanel = 1
      | ^^^^^^
    unknown field `chanel`, expected one of `when`, `if`, `channel`, `topic`, `direct`, `skip`, `continue`, `templates`
    ");
    insta::assert_snapshot!(refused("[[route]]\ndirect = [\"\"]\n"), @r#"
    TOML parse error at line 2, column 11
      |
    2 | direct = [""]
      |           ^^
    invalid value: string "", expected an e-mail address or a user id
    "#);
}

#[test]
fn faults_in_templates_point_into_the_settings() {
    insta::assert_snapshot!(faults(&format!("{ONE_ROUTE}[templates]\npush = '''\nPushed\nto {{{{ brnach }}}}\n'''\n")), @r"
    error: cannot use template `push`
      caused by: unknown fact `brnach`
     --> git.toml:6:7
      |
    6 | to {{ brnach }}
      |       ^^^^^^ did you mean `branch`?
    hint: the facts here are `repo`, `branch`, `commits`, `paths`, `author`, `forced`, `event`, `integration`, `happened`
    ");
    insta::assert_snapshot!(faults(&format!("{ONE_ROUTE}[templates]\npush = \"{{% for c in commits %}}\"\n")), @r#"
    error: cannot use template `push`
      caused by: unexpected end of input, expected end of block
     --> git.toml:4:29
      |
    4 | push = "{% for c in commits %}"
      |                             ^^
    "#);
    insta::assert_snapshot!(faults(&format!("{ONE_ROUTE}[templates]\npush = \"{{{{ branch|uper }}}}\"\n")), @r#"
    error: cannot use template `push`
      caused by: unknown filter `uper`
     --> git.toml:4:19
      |
    4 | push = "{{ branch|uper }}"
      |                   ^^^^ did you mean `upper`?
    "#);
    insta::assert_snapshot!(faults(&format!("{ONE_ROUTE}[templates]\npush = \"a\\tb {{{{ tag }}}}\"\n")), @r#"
    error: cannot use template `push`
      caused by: unknown fact `tag`
     --> git.toml:4:8
      |
    4 | push = "a\tb {{ tag }}"
      |        ^^^^^^^^^^^^^^^^
    hint: the facts here are `repo`, `branch`, `commits`, `paths`, `author`, `forced`, `event`, `integration`, `happened`
    "#);
}

#[test]
fn faults_in_topics_and_conditions_too() {
    insta::assert_snapshot!(faults("[[route]]\nchannel = 1\ntopic = \"{{ repo }}/{{ barnch }}\"\n"), @r#"
    error: cannot use template `topic`
      caused by: unknown fact `barnch`
     --> git.toml:3:24
      |
    3 | topic = "{{ repo }}/{{ barnch }}"
      |                        ^^^^^^ did you mean `branch`?
    hint: the facts here are `repo`, `branch`, `commits`, `paths`, `author`, `forced`, `tag`, `event`, `integration`, `happened`
    "#);
    insta::assert_snapshot!(faults("[[route]]\nchannel = 1\nif = \"fourced and\"\n"), @r#"
    error: cannot use this condition
      caused by: unexpected end of input, expected expression
     --> git.toml:3:15
      |
    3 | if = "fourced and"
      |               ^^^
    "#);
    insta::assert_snapshot!(faults("[[route]]\nchannel = 1\nif = \"fourced\"\n"), @r#"
    error: cannot use this condition
      caused by: unknown fact `fourced`
     --> git.toml:3:7
      |
    3 | if = "fourced"
      |       ^^^^^^^ did you mean `forced`?
    hint: the facts here are `repo`, `branch`, `commits`, `paths`, `author`, `forced`, `tag`, `event`, `integration`, `happened`
    "#);
}

#[test]
fn a_route_for_tags_knows_only_the_facts_of_tags() {
    insta::assert_snapshot!(faults("[[route]]\nchannel = 1\nwhen = { event = \"tag\" }\ntopic = \"{{ branch }}\"\n"), @r#"
    error: cannot use template `topic`
      caused by: unknown fact `branch`
     --> git.toml:4:13
      |
    4 | topic = "{{ branch }}"
      |             ^^^^^^
    hint: the facts here are `repo`, `tag`, `author`, `event`, `integration`, `happened`
    "#);
}

#[test]
fn a_route_that_can_take_nothing_is_found() {
    insta::assert_snapshot!(faults("[[route]]\nwhen = { event = \"tag\", branch = \"main\" }\nchannel = 1\n"), @r"
    error: cannot use this route
      caused by: no kind of event has all the facts that its `when` asks for
     --> git.toml:1:1
      |
    1 | [[route]]
      | ^^^^^^^^^
    ");
    insta::assert_snapshot!(refused("[[route]]\nwhen = { event = 1 }\nchannel = 1\n"), @r"
    error: cannot use this route
      caused by: `event` is matched by names
     --> git.toml:2:18
      |
    2 | when = { event = 1 }
      |                  ^
    hint: the events here are `push`, `branch_deleted`, `tag_created`, `branch_event`, `tag`
    ");
}

#[test]
fn the_schema_knows_the_keys_of_a_route() {
    let schema = schemars::schema_for!(zulipkit_notify::Route);
    let keys: Vec<&str> = schema
        .get("properties")
        .unwrap()
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        keys,
        [
            "channel",
            "continue",
            "direct",
            "if",
            "skip",
            "templates",
            "topic",
            "when"
        ]
    );
    assert_eq!(
        schema.get("additionalProperties"),
        Some(&serde_json::json!(false))
    );
}

#[test]
fn a_template_file_is_shown_itself() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("push.md"), "one\ntwo {{ branch| }}\n").unwrap();
    let settings = format!("{ONE_ROUTE}[templates]\npush = \"push.md\"\n");
    let rules = try_rules(&folder.path().join("git.toml"), &settings).unwrap();
    let fault = rules.check()[0].render(false);
    let fault = fault.replace(&folder.path().display().to_string(), "FOLDER");
    insta::assert_snapshot!(fault, @r"
    error: cannot use template `push`
      caused by: unexpected end of variable block, expected identifier
     --> FOLDER/push.md:2:16
      |
    2 | two {{ branch| }}
      |                ^^
    ");
}
