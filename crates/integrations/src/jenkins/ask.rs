//! What a build step does not know by its variables, asked of Jenkins: changes, tests, causes, what was before.
//!
//! A build waits for its step, so this has a budget of time, which began with the step and is one for all that it tells, also
//! of what was missed before. What does not come in time is left out.

use jiff::Timestamp;
use zulipkit_diag::{Diagnostic, Result};

use super::options::Controller;
use super::remote::{Job, Remote};
use super::report::Report;
use super::watch::{HISTORY, past};
use super::{Home, INTEGRATION};
use crate::web::Trouble;

/// Completes a report with what Jenkins says, where the settings name one.
///
/// # Errors
/// If Jenkins does not say more in time. The report is as good as it was.
pub(super) fn complete(
    report: &mut Report,
    controller: &Controller,
    home: &Home,
    now: Timestamp,
) -> Result<()> {
    if controller.url.is_none() {
        return Ok(());
    }
    let error = || Diagnostic::failed("cannot ask Jenkins for more about this build");
    let late = || {
        error()
            .cause(format!(
                "no answer within {} ms",
                controller.wait.as_millis()
            ))
            .hint("a longer `wait` below `[controller]` gives it more time")
    };
    let left = || controller.wait.saturating_sub(home.opened.elapsed());
    if left().is_zero() {
        return Err(late());
    }
    // Building a client for HTTPS takes a good part of the time already.
    let remote = Remote::of(controller, &home.folder, INTEGRATION.agent)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|cause| error().source(&cause))?;
    let asked =
        runtime.block_on(async { tokio::time::timeout(left(), ask(&remote, report, now)).await });
    // A name that is still being looked up would be waited for.
    runtime.shutdown_background();
    match asked {
        Ok(Ok(whole)) => {
            *report = whole;
            Ok(())
        }
        Ok(Err(trouble)) => Err(error().cause(&trouble)),
        Err(_) => Err(late()),
    }
}

async fn ask(remote: &Remote, said: &Report, now: Timestamp) -> Result<Report, Trouble> {
    let job = Job::of_report(said);
    // Neither needs the other's answer, and the build waits for both.
    let builds = remote.builds(&job.name, said.number, HISTORY);
    let report = remote.report(&job, said.number);
    let ((job_url, builds), found) = tokio::try_join!(builds, report)?;
    let duration_ms = duration(&found, now);
    let (previous_result, before) = past(builds, said.number);
    Ok(Report {
        job_url: said.job_url.clone().or(job_url),
        name: said.name.clone().or(found.name),
        url: said.url.clone().or(found.url),
        // While the step runs, Jenkins does not know yet what will come out.
        result: said.result.clone().or(found.result),
        previous_result,
        failures: Some(before.count),
        failing_since: (before.count > 0).then_some(before.since),
        duration_ms,
        branch: said.branch.clone(),
        change_request: said.change_request.clone(),
        ..found
    })
}

/// Returns how long a build took, or has been running.
fn duration(found: &Report, now: Timestamp) -> Option<u64> {
    match found.duration_ms {
        Some(0) | None => u64::try_from(now.as_millisecond() - found.started?).ok(),
        known => known,
    }
}
