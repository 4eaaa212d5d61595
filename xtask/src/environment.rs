/// The constants and their comments, as the settings crate has them.
const SOURCE: &str = include_str!("../../crates/settings/src/environment.rs");

/// Returns the page that lists every environment variable.
pub(crate) fn page() -> String {
    let mut page = String::from(
        "# Environment variables\n\nEvery variable that zulipkit reads. Those of the Python tools mean what they meant there. \
         Made from the code.\n\n| variable | meaning |\n|---|---|\n",
    );
    let mut comment = String::new();
    for line in SOURCE.lines() {
        if let Some(text) = line.strip_prefix("/// ") {
            comment.push_str(text);
            comment.push(' ');
            continue;
        }
        let named = line
            .strip_prefix("pub const ")
            .and_then(|rest| rest.split_once(": &str = \""));
        if let Some((constant, value)) = named
            && value.trim_end_matches("\";") == constant
        {
            let comment = comment.trim().replace("[`", "`").replace("`]", "`");
            page.push_str(&format!("| `{constant}` | {comment} |\n"));
        }
        comment.clear();
    }
    page
}
