//! How `p4` is asked for a changelist, and what it answers.

use std::io::{BufRead as _, BufReader, Read};
use std::process::{Command, Stdio};

use serde_json::{Map, Value};

use super::options::Options;
use crate::vcs::{Change, LONGEST, Program, ProgramError, TextReader, beginning};

/// The longest line of an answer, in bytes: a changelist with some hundred thousand files.
const LONGEST_LINE: u64 = 256 * 1024 * 1024;

/// What `p4 describe` tells.
#[derive(Debug, Default)]
pub(super) struct Description {
    pub(super) change: String,
    pub(super) old_change: Option<String>,
    pub(super) user: String,
    pub(super) client: String,
    /// Seconds since 1970.
    pub(super) time: Option<i64>,
    pub(super) message: String,
    pub(super) files: Vec<(String, Change)>,
}

/// Asks for a changelist; for its shelved files, if they are wanted.
///
/// # Errors
/// `p4` cannot be run, fails, or knows no such changelist.
pub(super) fn describe(
    options: &Options,
    change: &str,
    shelved: bool,
) -> Result<Description, ProgramError> {
    let mut p4 = program(options, "describe");
    p4.process.arg("-s");
    if shelved {
        p4.process.arg("-S");
    }
    p4.process.arg(change);
    let answer = p4.read(first_object)?;
    Ok(Description::of(&answer))
}

/// Returns the number of the newest changelist that was submitted.
///
/// # Errors
/// `p4` cannot be run or fails.
pub(super) fn newest(options: &Options) -> Result<Option<String>, ProgramError> {
    let mut p4 = program(options, "changes");
    p4.process.args(["-m", "1", "-s", "submitted"]);
    let answer = p4.read(first_object)?;
    Ok(text(&answer, "change").filter(|change| !change.is_empty()))
}

fn program(options: &Options, command: &'static str) -> Program {
    let mut process = Command::new(&options.p4);
    process.args(["-ztag", "-Mj"]).stdin(Stdio::null());
    for (flag, value) in [("-p", &options.port), ("-u", &options.user)] {
        if let Some(value) = value {
            process.args([flag, value]);
        }
    }
    process.arg(command);
    Program {
        name: "p4",
        command,
        process,
    }
}

/// Reads the first object of an answer: one stands on each line. An error comes as an object too, with `p4` ending well.
fn first_object(stdout: &mut impl Read) -> std::io::Result<Map<String, Value>> {
    let mut line = String::new();
    BufReader::new(TextReader::new(stdout).take(LONGEST_LINE)).read_line(&mut line)?;
    let object: Map<String, Value> = match line.trim() {
        "" => Map::new(),
        line => serde_json::from_str(line)?,
    };
    match (object.get("severity"), text(&object, "data")) {
        // 2 and less are no errors but remarks.
        (Some(severity), Some(words)) if severity.as_i64().is_none_or(|severity| severity > 2) => {
            Err(std::io::Error::other(words.trim().to_owned()))
        }
        _ => Ok(object),
    }
}

impl Description {
    fn of(answer: &Map<String, Value>) -> Self {
        let value = |name: &str| text(answer, name);
        let file = |number: usize| {
            let path = value(&format!("depotFile{number}"))?;
            let action = value(&format!("action{number}")).unwrap_or_default();
            Some((path, change_of(&action)))
        };
        let message = value("desc").unwrap_or_default();
        Self {
            change: value("change").unwrap_or_default(),
            old_change: value("oldChange"),
            user: value("user").unwrap_or_default(),
            client: value("client").unwrap_or_default(),
            time: value("time").and_then(|time| time.parse().ok()),
            message: beginning(&message.as_bytes()[..message.floor_char_boundary(LONGEST)]),
            files: (0..).map_while(file).collect(),
        }
    }
}

/// Says what an action does to a file: beside `add`, `edit` and `delete` there are those of merges and moves.
fn change_of(action: &str) -> Change {
    match action {
        "add" | "branch" | "move/add" | "import" => Change::Added,
        "delete" | "move/delete" | "purge" | "archive" => Change::Deleted,
        _ => Change::Modified,
    }
}

/// Returns a field; numbers come as text or as numbers.
fn text(object: &Map<String, Value>, name: &str) -> Option<String> {
    match object.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
