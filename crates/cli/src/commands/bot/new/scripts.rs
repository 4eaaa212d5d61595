//! A bot in another language: a program that speaks JSON lines.

use super::{Made, Name};

pub(super) const NEXT: &str =
    "`zulipkit bot test --config bots.toml` runs its dialog; `README.md` says how to go on";

/// Returns the files of a bot whose program has this ending and is made of this template.
pub(super) fn files(name: &Name, ending: &str, template: &str) -> Vec<Made> {
    let program = format!("{}.{ending}", name.plain);
    let made = |path: String, template: &str| Made {
        path,
        text: name.fill(template).replace("__PROGRAM__", &program),
        program: false,
    };
    vec![
        Made {
            program: true,
            ..made(program.clone(), template)
        },
        made(
            "bots.toml".to_owned(),
            &super::BOTS.replace("__PROGRAM__", "./__PROGRAM__"),
        ),
        made(name.fill(super::DIALOG_PATH), super::DIALOG),
        made(
            "README.md".to_owned(),
            include_str!("scripts/README.md.txt"),
        ),
    ]
}
