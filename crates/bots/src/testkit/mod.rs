//! Testing bots without a server: dialogs as data, and services of others played back from recordings.
//!
//! A [`Dialog`] is a TOML file that says what people do and what the bot does then; the book explains its format, and
//! `zulipkit bot test` runs such files. [`assert_dialogs`] runs those of a native bot in its own tests:
//!
//! ```
//! # use zulipkit_bots::{Bot, Context, Incoming, Native, NoSettings, Result, Usage, async_trait};
//! # #[derive(Debug)]
//! # struct Echo;
//! # #[async_trait]
//! # impl Bot for Echo {
//! #     fn usage(&self) -> Usage {
//! #         Usage::new("Echo", "I repeat.")
//! #     }
//! #     async fn handle(&self, message: &Incoming, context: &Context) -> Result<()> {
//! #         context.reply(message.text()).await.map(drop)
//! #     }
//! # }
//! impl Native for Echo {
//!     const NAME: &'static str = "echo";
//!     const ABOUT: &'static str = "repeats what it hears";
//!     const DIALOGS: &'static [(&'static str, &'static str)] = &[(
//!         "it repeats",
//!         r#"
//!         [[step]]
//!         say = "hello"
//!         answer = "hello"
//!         "#,
//!     )];
//!     type Settings = NoSettings;
//!
//!     fn new(_settings: NoSettings) -> Result<Self> {
//!         Ok(Self)
//!     }
//! }
//!
//! zulipkit_bots::testkit::assert_dialogs::<Echo>();
//! ```
//!
//! [`Talk`] is for tests that are better written as code.

mod compare;
mod dialog;
mod pattern;
mod recording;
mod run;
mod step;
mod talk;

pub use self::dialog::{Dialog, Subject};
pub use self::pattern::Pattern;
pub use self::recording::{Exchange, Recordings};
pub use self::run::{Failure, Make, Report, run};
pub use self::talk::{Heard, Talk};

use crate::{Kind, Native};

/// Runs the dialogs of a native bot.
///
/// # Panics
/// One of them cannot be read, or the bot does something else than it says; the panic shows what.
pub fn assert_dialogs<B: Native>() {
    let kind = Kind::of::<B>();
    let mut failures = String::new();
    for (name, text) in kind.dialogs {
        let failure = match Dialog::read(std::path::Path::new(name), text) {
            Ok(dialog) => run_blocking(&dialog, &|config| kind.make(config)).failure,
            Err(error) => panic!("{}", error.render(false)),
        };
        if let Some(failure) = failure {
            failures.push_str(&failure.to_string());
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

fn run_blocking(dialog: &Dialog, make: &Make<'_>) -> Report {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime
        .expect("a thread may have a runtime")
        .block_on(run(dialog, make))
}
