//! What services write to standard error while they work: one line for each thing, as text or as JSON.

use std::io::IsTerminal as _;

use clap::{Args, ValueEnum};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer, fmt};

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Log")]
pub(crate) struct LogArgs {
    /// How much is logged to standard error
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    log: Level,
    /// How a line of the log looks
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    log_format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Level {
    Off,
    Error,
    Warn,
    Info,
    Debug,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

impl LogArgs {
    /// Starts to log; with `quiet` errors alone.
    pub(crate) fn start(&self, quiet: bool) {
        let level = match self.log {
            Level::Off => LevelFilter::OFF,
            Level::Error => LevelFilter::ERROR,
            _ if quiet => LevelFilter::ERROR,
            Level::Warn => LevelFilter::WARN,
            Level::Info => LevelFilter::INFO,
            Level::Debug => LevelFilter::DEBUG,
        };
        let ours = Targets::new().with_target("zulipkit", level);
        let lines = fmt::layer().with_writer(std::io::stderr).with_target(false);
        let lines = match self.log_format {
            Format::Text => lines
                .with_ansi(std::io::stderr().is_terminal())
                .with_timer(Now)
                .boxed(),
            Format::Json => lines.json().flatten_event(true).with_timer(Now).boxed(),
        };
        // Where a test has set one up already, that one stays.
        let _ = tracing_subscriber::registry()
            .with(lines.with_filter(ours))
            .try_init();
    }
}

/// The time of a line, in the form of RFC 3339.
struct Now;

impl fmt::time::FormatTime for Now {
    fn format_time(&self, writer: &mut fmt::format::Writer<'_>) -> std::fmt::Result {
        write!(writer, "{:.3}", jiff::Timestamp::now())
    }
}
