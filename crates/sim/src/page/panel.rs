//! The panel: the newest requests, and the faults that can be switched on.

use serde::Serialize;

use crate::{
    faults::{Fault, Order, RetryAfter},
    requests::RequestRecord,
    serve::Shared,
};

/// So many requests are shown: the newest.
const MAX_REQUESTS: usize = 100;

#[derive(Debug, Serialize)]
pub(super) struct Panel {
    switches: Vec<Switch>,
    /// Orders that stand and that no switch is for.
    others: Vec<String>,
    requests: Vec<Shown>,
}

/// A button that switches a fault on and off.
#[derive(Debug, Serialize)]
struct Switch {
    label: &'static str,
    /// What is ordered, as JSON.
    order: String,
    is_on: bool,
}

#[derive(Debug, Serialize)]
struct Shown {
    number: u64,
    method: String,
    path: String,
    user_agent: String,
    account: String,
    fault: Option<String>,
    params: Vec<(String, String)>,
    status: Option<u16>,
    is_refused: bool,
    refusal: Option<String>,
    milliseconds: String,
}

fn orders() -> [(&'static str, Order); 7] {
    let order = |on: &str, fault, times| Order {
        on: on.to_owned(),
        fault,
        times,
    };
    let fraction = Fault::RateLimited {
        seconds: 5.5,
        form: RetryAfter::Fraction,
    };
    [
        ("502 from a proxy", order("*", Fault::Html(502), None)),
        ("500 from the server", order("*", Fault::Status(500), None)),
        ("Closed connections", order("*", Fault::Refuse, None)),
        ("No answer at all", order("*", Fault::Hang, None)),
        ("Two seconds late", order("*", Fault::Delay(2.0), None)),
        ("429 for the next", order("*", fraction, Some(1))),
        (
            "Lose the next message's answer",
            order("POST /messages", Fault::DropAfterStoring, Some(1)),
        ),
    ]
}

impl Panel {
    pub(super) fn new(shared: &Shared) -> Self {
        let standing = shared.orders().standing();
        let orders = orders();
        let is_other = |order: &&Order| !orders.iter().any(|(_, known)| known.is_like(order));
        let others = standing.iter().filter(is_other);
        let words = |order: &Order| {
            let fault = serde_json::to_string(&order.fault).unwrap_or_default();
            format!("{} {fault}", order.on)
        };
        let others = others.map(words).collect();
        let switches = orders.iter().map(|(label, order)| Switch {
            label,
            order: serde_json::to_string(order).unwrap_or_default(),
            is_on: standing.iter().any(|known| known.is_like(order)),
        });
        let log = shared.requests();
        let newest = log.numbered().rev().take(MAX_REQUESTS);
        Self {
            switches: switches.collect(),
            others,
            requests: newest
                .map(|(number, record)| Shown::new(number, record))
                .collect(),
        }
    }
}

impl Shown {
    fn new(number: u64, record: &RequestRecord) -> Self {
        let path = record.path.strip_prefix("/api/v1").unwrap_or(&record.path);
        let fault = record.fault.as_ref();
        let milliseconds = record.took.map(|took| took.as_secs_f64() * 1000.0);
        Self {
            number,
            method: record.method.clone(),
            path: path.to_owned(),
            user_agent: record.user_agent.clone().unwrap_or_default(),
            account: record.email.clone().unwrap_or_default(),
            fault: fault.map(|fault| serde_json::to_string(fault).unwrap_or_default()),
            params: record.params.clone(),
            status: record.status,
            is_refused: record.status.is_some_and(|status| status >= 400),
            refusal: record.refusal.clone(),
            milliseconds: milliseconds.map_or_else(|| "…".to_owned(), |ms| format!("{ms:.1} ms")),
        }
    }
}
