//! Faults to order: what the server is to do wrong, to which requests, how often.

use std::time::{Duration, SystemTime};

use axum::{
    body::Body,
    http::{HeaderValue, Method, Response, StatusCode, header},
    response::{Html, IntoResponse as _},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::errors::ApiError;

/// What goes wrong with a request.
///
/// As JSON, for `POST /sim/faults`, a fault is its name in lower case, or an object of the name and what it takes:
/// `"hang"`, `{"status": 503}`, `{"store_late": 2.5}`, `{"rate_limited": {"seconds": 28.7, "form": "fraction"}}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The connection is closed without an answer, and nothing is done. (For a port that is closed: [`Sim::stop`].)
    ///
    /// [`Sim::stop`]: crate::Sim::stop
    Refuse,
    /// The request is taken and never answered, nor done.
    Hang,
    /// The answer is right, but comes late by so many seconds.
    Delay(f64),
    /// An error of the API with this status; nothing is done.
    Status(u16),
    /// A proxy's page of HTML with this status; nothing is done.
    Html(u16),
    /// 429: too many requests; nothing is done.
    RateLimited {
        /// How long the client is to wait.
        seconds: f64,
        /// How it is told so.
        form: RetryAfter,
    },
    /// The request is done, and the connection closed without an answer.
    DropAfterStoring,
    /// The request is done, and the answer is a proxy's page of HTML with this status.
    HtmlAfterStoring(u16),
    /// The connection is closed without an answer, and the request is done so many seconds later.
    StoreLate(f64),
    /// The answer is right, but comes byte by byte, with so many seconds after each.
    Trickle(f64),
}

/// How a 429 says how long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryAfter {
    /// A fraction of seconds in header and body, as real servers send.
    Fraction,
    /// Not at all.
    Absent,
    /// A date in the header, as proxies may send, rounded up to whole seconds; the body has no word of it.
    Date,
    /// In the header, over a body that is not JSON.
    NotJson,
}

impl Fault {
    /// The answer of a fault that does nothing but answer.
    pub(crate) fn answer(&self) -> Option<Response<Body>> {
        match self {
            Self::Status(number) => Some(api_error(status(*number))),
            Self::Html(number) => Some(proxy_page(status(*number))),
            Self::RateLimited { seconds, form } => Some(rate_limited(*seconds, *form)),
            _ => None,
        }
    }
}

/// Seconds as a duration; what is below zero or no number is none at all.
pub(crate) fn duration(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}

fn status(number: u16) -> StatusCode {
    StatusCode::from_u16(number).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn api_error(status: StatusCode) -> Response<Body> {
    let (code, words) = match status {
        StatusCode::UNAUTHORIZED => ("UNAUTHORIZED", "Invalid API key"),
        StatusCode::TOO_MANY_REQUESTS => ("RATE_LIMIT_HIT", "API usage exceeded rate limit"),
        status if status.is_server_error() => ("INTERNAL_SERVER_ERROR", "Internal server error"),
        status => (
            "BAD_REQUEST",
            status.canonical_reason().unwrap_or("Refused"),
        ),
    };
    ApiError::new(status, code, words).into_response()
}

/// What a proxy in front of the server says when the server does not.
pub(crate) fn proxy_page(status: StatusCode) -> Response<Body> {
    let title = format!(
        "{} {}",
        status.as_u16(),
        status.canonical_reason().unwrap_or("Error")
    );
    let html = format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n\
         <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    );
    (status, Html(html)).into_response()
}

/// 429, in the form of a real server or of something before it.
pub(crate) fn rate_limited(seconds: f64, form: RetryAfter) -> Response<Body> {
    let status = StatusCode::TOO_MANY_REQUESTS;
    let error = ApiError::new(status, "RATE_LIMIT_HIT", "API usage exceeded rate limit");
    let mut response = match form {
        RetryAfter::Fraction => error.with("retry-after", json!(seconds)).into_response(),
        RetryAfter::Absent | RetryAfter::Date => error.into_response(),
        RetryAfter::NotJson => (status, "slow down\n").into_response(),
    };
    let value = match form {
        RetryAfter::Absent => return response,
        RetryAfter::Date => http_date(SystemTime::now() + duration(seconds.ceil())),
        RetryAfter::Fraction | RetryAfter::NotJson => seconds.to_string(),
    };
    if let Ok(value) = HeaderValue::try_from(value) {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}

fn http_date(time: SystemTime) -> String {
    jiff::Timestamp::try_from(time)
        .unwrap_or_default()
        .strftime("%a, %d %b %Y %H:%M:%S GMT")
        .to_string()
}

/// A fault that was ordered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Order {
    /// Which requests: `POST /messages`, `/events`, `GET *`, `*`.
    pub(crate) on: String,
    pub(crate) fault: Fault,
    /// For how many requests from now on; until it is cleared where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) times: Option<u32>,
}

impl Order {
    /// Whether it does the same to the same requests.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        self.on == other.on && self.fault == other.fault
    }

    /// `path` is the one below `/api/v1`, with its slash.
    fn is_for(&self, method: &Method, path: &str) -> bool {
        let (wanted_method, wanted_path) = match self.on.split_once(' ') {
            Some((method, path)) => (Some(method), path),
            None => (None, self.on.as_str()),
        };
        let fits = match wanted_path.strip_suffix('*') {
            Some(start) => path.starts_with(start),
            None => path == wanted_path,
        };
        fits && wanted_method.is_none_or(|wanted| wanted.eq_ignore_ascii_case(method.as_str()))
    }
}

/// All orders that stand, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct Orders {
    orders: Vec<(u64, Order)>,
    last: u64,
}

impl Orders {
    /// Takes an order and gives it a number.
    pub(crate) fn add(&mut self, order: Order) -> u64 {
        self.last += 1;
        self.orders.push((self.last, order));
        self.last
    }

    pub(crate) fn limit(&mut self, number: u64, times: u32) {
        for (_, order) in self.orders.iter_mut().filter(|(own, _)| *own == number) {
            order.times = Some(times);
        }
    }

    pub(crate) fn remove(&mut self, number: u64) {
        self.orders.retain(|(own, _)| *own != number);
    }

    pub(crate) fn end_like(&mut self, order: &Order) {
        self.orders.retain(|(_, own)| !own.is_like(order));
    }

    pub(crate) fn clear(&mut self) {
        self.orders.clear();
    }

    pub(crate) fn standing(&self) -> Vec<Order> {
        let orders = self.orders.iter().map(|(_, order)| order);
        orders
            .filter(|order| order.times != Some(0))
            .cloned()
            .collect()
    }

    /// The fault for this request, which counts as one of its times.
    pub(crate) fn take(&mut self, method: &Method, path: &str) -> Option<Fault> {
        self.orders.retain(|(_, order)| order.times != Some(0));
        let (_, order) = self
            .orders
            .iter_mut()
            .find(|(_, order)| order.is_for(method, path))?;
        order.times = order.times.map(|times| times - 1);
        Some(order.fault.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(on: &str, fault: Fault, times: Option<u32>) -> Order {
        Order {
            on: on.to_owned(),
            fault,
            times,
        }
    }

    #[test]
    fn orders_are_served_in_turn_and_as_often_as_asked() {
        let mut orders = Orders::default();
        orders.add(order("POST /messages", Fault::Status(503), Some(2)));
        orders.add(order("*", Fault::Hang, None));
        assert_eq!(orders.take(&Method::GET, "/messages"), Some(Fault::Hang));
        assert_eq!(
            orders.take(&Method::POST, "/messages"),
            Some(Fault::Status(503))
        );
        assert_eq!(
            orders.take(&Method::POST, "/messages"),
            Some(Fault::Status(503))
        );
        assert_eq!(orders.take(&Method::POST, "/messages"), Some(Fault::Hang));
        orders.clear();
        assert_eq!(orders.take(&Method::POST, "/messages"), None);
    }

    #[test]
    fn a_star_stands_for_the_rest_of_a_path() {
        let any = order("/messages/*", Fault::Hang, None);
        assert!(any.is_for(&Method::PATCH, "/messages/17"));
        assert!(!any.is_for(&Method::POST, "/messages"));
        assert!(order("get *", Fault::Hang, None).is_for(&Method::GET, "/events"));
    }

    #[test]
    fn an_order_reads_as_json() {
        let read = |text: &str| serde_json::from_str::<Order>(text).unwrap();
        let text = r#"{"on": "POST /messages", "fault": {"status": 503}, "times": 3}"#;
        assert_eq!(
            read(text),
            order("POST /messages", Fault::Status(503), Some(3))
        );
        assert_eq!(
            read(r#"{"on": "*", "fault": "hang"}"#),
            order("*", Fault::Hang, None)
        );
        let fault = Fault::RateLimited {
            seconds: 28.7,
            form: RetryAfter::Fraction,
        };
        let text =
            r#"{"on": "*", "fault": {"rate_limited": {"seconds": 28.7, "form": "fraction"}}}"#;
        assert_eq!(read(text), order("*", fault, None));
    }
}
