use std::fmt::{self, Display};
use std::path::PathBuf;

/// What was done, or would be.
#[derive(Debug, Clone)]
pub struct Report {
    /// The hook.
    pub hook: PathBuf,
    /// The settings file beside it.
    pub settings: PathBuf,
    /// What was done, in order.
    pub steps: Vec<Step>,
    /// What is left for a person to do; each a paragraph.
    pub to_do: Vec<String>,
    /// Whether nothing was really done.
    pub dry_run: bool,
}

/// One file that was made, or found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What was done.
    pub action: Action,
    /// The file.
    pub path: PathBuf,
    /// More about it; may be empty.
    pub note: String,
}

/// What was done with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It is new.
    Created,
    /// Something was added to it.
    Changed,
    /// What led nowhere leads to the program again.
    Repaired,
    /// An older or newer version stood there.
    Updated,
    /// It was there.
    Kept,
}

impl Report {
    pub(crate) fn new(hook: PathBuf, settings: PathBuf, dry_run: bool) -> Self {
        Self {
            hook,
            settings,
            steps: Vec::new(),
            to_do: Vec::new(),
            dry_run,
        }
    }

    pub(crate) fn step(&mut self, action: Action, path: PathBuf, note: &str) {
        self.steps.push(Step {
            action,
            path,
            note: note.to_owned(),
        });
    }

    /// Says whether everything was there before.
    pub fn nothing_new(&self) -> bool {
        self.steps.iter().all(|step| step.action == Action::Kept)
    }
}

impl Display for Report {
    /// Writes a line for each step, and below them what is left to do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.steps {
            let words = match (step.action, self.dry_run) {
                (Action::Created, false) => "created",
                (Action::Created, true) => "would create",
                (Action::Changed, false) => "changed",
                (Action::Changed, true) => "would change",
                (Action::Repaired, false) => "repaired",
                (Action::Repaired, true) => "would repair",
                (Action::Updated, false) => "updated",
                (Action::Updated, true) => "would update",
                (Action::Kept, _) => "kept",
            };
            write!(f, "{words} `{}`", step.path.display())?;
            if !step.note.is_empty() {
                write!(f, ", {}", step.note)?;
            }
            writeln!(f)?;
        }
        for task in &self.to_do {
            writeln!(f, "\n{task}")?;
        }
        Ok(())
    }
}
