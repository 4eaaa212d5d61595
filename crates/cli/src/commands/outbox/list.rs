use clap::{Args, ValueEnum};
use jiff::Timestamp;
use zulipkit_diag::Result;
use zulipkit_outbox::{Filter, Listed, Standing};
use zulipkit_settings::Environment;

use crate::queue;
use crate::ui::{BAD, BOLD, DIM, Ui, paint};

/// List what waits, the oldest first
#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// List what was delivered too, as far as it is still kept
    #[arg(long)]
    all: bool,
    /// List only messages that stand so; may be given several times
    #[arg(long = "state", value_name = "STATE")]
    states: Vec<State>,
    /// List at most so many
    #[arg(long, value_name = "NUMBER")]
    limit: Option<u32>,
    /// Print JSON: a list with all that is known of each
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum State {
    /// Will be sent, or sent again
    Waiting,
    /// Is under way
    Sending,
    /// Was sent without an answer; the server will be asked
    Unclear,
    /// Failed often while others got through
    Parked,
    /// Waits until somebody has mended something
    Held,
    /// Was given up
    Dead,
    /// Zulip has it
    Delivered,
}

impl State {
    fn standing(self) -> Standing {
        match self {
            Self::Waiting => Standing::Waiting,
            Self::Sending => Standing::Sending,
            Self::Unclear => Standing::Unclear,
            Self::Parked => Standing::Parked,
            Self::Held => Standing::Held,
            Self::Dead => Standing::Dead,
            Self::Delivered => Standing::Delivered,
        }
    }
}

impl ListArgs {
    pub(super) fn run(&self, environment: &Environment, ui: Ui) -> Result<()> {
        let outbox = queue::look(environment)?;
        let states = if self.all {
            State::value_variants()
        } else {
            &self.states
        };
        let filter = Filter {
            standings: states.iter().map(|state| state.standing()).collect(),
            limit: self.limit,
            ..Filter::default()
        };
        let rows = outbox
            .map(|outbox| outbox.list(&filter))
            .transpose()?
            .unwrap_or_default();
        if self.json {
            ui.json(&rows);
            return Ok(());
        }
        if rows.is_empty() {
            ui.say("nothing waits");
        }
        let now = Timestamp::now().as_millisecond();
        for row in &rows {
            show(row, now, ui);
        }
        Ok(())
    }
}

fn show(row: &Listed, now: i64, ui: Ui) {
    let style = match row.standing {
        Standing::Held | Standing::Dead | Standing::Parked => BAD,
        _ => BOLD,
    };
    let state = paint(style, format!("{:<9}", row.standing.as_str()));
    let age = paint(DIM, format!("{} ago", length(now - row.accepted_ms)));
    ui.data(format!(
        "{:>5}  {state}  {}  {age}",
        row.id.to_string(),
        row.destination
    ));
    let next = row
        .due_ms
        .filter(|due| *due > now)
        .map(|due| format!("next try in {}", length(due - now)));
    for line in [&row.reason, &row.mend, &row.note, &next]
        .into_iter()
        .flatten()
    {
        ui.data(format!("       {}", paint(DIM, one_line(line))));
    }
}

/// A server's words may have line ends.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns a length of time in its largest unit.
pub(super) fn length(milliseconds: i64) -> String {
    let seconds = milliseconds.max(0) / 1_000;
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7_199 => format!("{} min", seconds / 60),
        7_200..=172_799 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::length;

    #[test]
    fn a_length_is_told_in_its_largest_unit() {
        assert_eq!(length(-5), "0 s");
        assert_eq!(length(119_999), "119 s");
        assert_eq!(length(120_000), "2 min");
        assert_eq!(length(7_200_000), "2 h");
        assert_eq!(length(172_800_000), "2 days");
    }
}
