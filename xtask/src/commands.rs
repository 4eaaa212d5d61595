use clap::Command;

/// Returns the page that shows the help of every command.
pub(crate) fn page() -> String {
    let mut page =
        String::from("# Commands\n\nWhat `--help` says of each command. Made from the code.\n");
    let mut root = zulipkit::command().term_width(100);
    root.build();
    section(&mut page, &mut root);
    page
}

fn section(page: &mut String, command: &mut Command) {
    let name = command
        .get_bin_name()
        .unwrap_or(command.get_name())
        .to_owned();
    let help = command.render_long_help().to_string();
    let help: Vec<&str> = help.lines().map(str::trim_end).collect();
    page.push_str(&format!(
        "\n## `{name}`\n\n```text\n{}\n```\n",
        help.join("\n").trim_end()
    ));
    for inner in command.get_subcommands_mut() {
        if !inner.is_hide_set() && inner.get_name() != "help" {
            section(page, inner);
        }
    }
}
