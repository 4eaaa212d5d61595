//! Code spans: `` `code` ``.

use std::collections::HashMap;

use super::{Edit, Reader};
use crate::render::stash::Kind;

/// A run of backticks.
struct Ticks {
    start: usize,
    length: usize,
}

/// Finds code spans, over line ends too.
///
/// A span ends at the next run of as many backticks as it begins with. If there is none, fewer of
/// the run's backticks may begin it, and the others belong to the code. A backslash takes away the
/// backtick after it; of an even number of backslashes before backticks half are shown, and they
/// take nothing away.
pub(super) fn spans(reader: &mut Reader<'_>, text: &str, _next: usize) -> String {
    let runs = runs(text);
    let mut by_length: HashMap<usize, Vec<usize>> = HashMap::new();
    for run in &runs {
        by_length.entry(run.length).or_default().push(run.start);
    }
    let next_of_length = |length: usize, after: usize| {
        let starts = by_length.get(&length)?;
        starts
            .get(starts.partition_point(|start| *start <= after))
            .copied()
    };

    let mut edit = Edit::new(text);
    for run in &runs {
        if run.start < edit.done {
            continue;
        }
        let before = &text[edit.done..run.start];
        let backslashes = before.len() - before.trim_end_matches('\\').len();
        let taken = backslashes % 2;
        if taken == 0 && backslashes > 0 {
            edit.replace(
                run.start - backslashes..run.start,
                &"\\".repeat(backslashes / 2),
            );
        }
        let start = run.start + taken;
        let closing = (1..=run.length - taken)
            .rev()
            .find_map(|length| next_of_length(length, run.start).map(|end| (length, end)));
        if let Some((length, end)) = closing {
            let code = &text[start + length..end];
            let mark = reader
                .stash
                .put_element(Kind::Code, "<code>".to_owned(), code, "</code>");
            edit.replace(start..end + length, &mark);
        }
    }
    edit.finish()
}

fn runs(text: &str) -> Vec<Ticks> {
    let mut runs: Vec<Ticks> = Vec::new();
    for (at, _) in text.match_indices('`') {
        match runs.last_mut() {
            Some(run) if run.start + run.length == at => run.length += 1,
            _ => runs.push(Ticks {
                start: at,
                length: 1,
            }),
        }
    }
    runs
}
