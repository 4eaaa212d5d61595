//! What Prometheus reads.

use std::fmt;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::reply::Reply;

/// The upper ends of the histogram's buckets, in seconds.
const BUCKETS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

/// The counters of a server.
#[derive(Debug)]
pub(super) struct Metrics {
    registry: Registry,
    answers: Family<AnswerLabels, Counter>,
    seconds: Family<BotLabels, Histogram, fn() -> Histogram>,
    failures: Family<BotLabels, Counter>,
    refusals: Family<RefusalLabels, Counter>,
    running: Gauge,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct AnswerLabels {
    bot: String,
    reply: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct BotLabels {
    bot: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RefusalLabels {
    reason: &'static str,
}

/// Why a request was turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Its body is larger than is taken.
    TooLarge,
    /// It took too long to arrive.
    Slow,
    /// It is no call.
    Malformed,
    /// No bot has that address and token.
    Token,
    /// Too much is being handled.
    Busy,
    /// The bot cannot work.
    Broken,
}

impl Refusal {
    const ALL: [Self; 6] = [
        Self::TooLarge,
        Self::Slow,
        Self::Malformed,
        Self::Token,
        Self::Busy,
        Self::Broken,
    ];

    fn label(self) -> RefusalLabels {
        let reason = match self {
            Self::TooLarge => "too_large",
            Self::Slow => "slow",
            Self::Malformed => "malformed",
            Self::Token => "token",
            Self::Busy => "busy",
            Self::Broken => "broken",
        };
        RefusalLabels { reason }
    }
}

impl Metrics {
    pub(super) fn new() -> Self {
        let mut registry = Registry::with_prefix("zulipkit_botserver");
        let new_histogram: fn() -> Histogram = || Histogram::new(BUCKETS);
        let seconds = Family::new_with_constructor(new_histogram);
        let answers = Family::default();
        let failures = Family::default();
        let refusals = Family::<RefusalLabels, Counter>::default();
        let running = Gauge::default();
        // Those that never happened yet show as 0, so that an alert can look at their growth.
        for refusal in Refusal::ALL {
            refusals.get_or_create(&refusal.label()).inc_by(0);
        }
        registry.register("answers", "Calls that were answered", answers.clone());
        registry.register(
            "answer_seconds",
            "Time until a call was answered",
            seconds.clone(),
        );
        registry.register(
            "failures",
            "Messages whose handling failed",
            failures.clone(),
        );
        registry.register(
            "refusals",
            "Requests that were turned away",
            refusals.clone(),
        );
        registry.register("running", "Messages being handled", running.clone());
        Self {
            registry,
            answers,
            seconds,
            failures,
            refusals,
            running,
        }
    }

    /// Notes that a call was answered.
    pub(super) fn answered(&self, bot: &str, reply: &Reply, took: Duration) {
        let bot = bot.to_owned();
        let labels = BotLabels { bot: bot.clone() };
        self.seconds
            .get_or_create(&labels)
            .observe(took.as_secs_f64());
        let reply = match reply {
            Reply::Nothing | Reply::Refused => "none",
            Reply::Text(_) => "text",
        };
        self.answers
            .get_or_create(&AnswerLabels { bot, reply })
            .inc();
    }

    /// Notes that a request was turned away.
    pub(super) fn refused(&self, refusal: Refusal) {
        self.refusals.get_or_create(&refusal.label()).inc();
    }

    /// Notes that the handling of a message begins.
    pub(super) fn begins(&self) {
        self.running.inc();
    }

    /// Notes that the handling of a message ended.
    pub(super) fn ends(&self, bot: &str, failed: bool) {
        self.running.dec();
        if failed {
            let bot = bot.to_owned();
            self.failures.get_or_create(&BotLabels { bot }).inc();
        }
    }

    /// Returns all numbers in the text format of OpenMetrics.
    pub(super) fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_that_prometheus_reads() {
        let metrics = Metrics::new();
        metrics.answered("todo", &Reply::Nothing, Duration::from_millis(3));
        metrics.refused(Refusal::Token);
        metrics.begins();
        metrics.begins();
        metrics.ends("todo", true);
        let text = metrics.text().unwrap();
        for line in [
            "zulipkit_botserver_answers_total{bot=\"todo\",reply=\"none\"} 1",
            "zulipkit_botserver_answer_seconds_bucket{le=\"0.005\",bot=\"todo\"} 1",
            "zulipkit_botserver_refusals_total{reason=\"token\"} 1",
            "zulipkit_botserver_refusals_total{reason=\"busy\"} 0",
            "zulipkit_botserver_failures_total{bot=\"todo\"} 1",
            "zulipkit_botserver_running 1",
            "# EOF",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }
}
