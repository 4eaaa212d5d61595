use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use zulipkit_diag::{Diagnostic, Result};

/// Lets a bot work; a panic of its is an error like any other.
pub(crate) async fn unwinding(work: impl Future<Output = Result<()>>) -> Result<()> {
    match AssertUnwindSafe(work).catch_unwind().await {
        Ok(result) => result,
        Err(panic) => {
            let text = panic.downcast_ref::<&str>().copied();
            let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
            Err(Diagnostic::failed("the bot panicked").cause(text.unwrap_or("without a word")))
        }
    }
}
