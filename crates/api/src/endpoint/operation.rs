use serde::Deserialize as _;
use serde_json::Value;

use super::{Endpoint, Method};

/// An endpoint as data: what a table of the API would say of it.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Operation {
    /// The name of the endpoint's struct.
    pub name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path below `/api/v1`, with the names of parameters in braces.
    pub path: &'static str,
    groups: &'static [&'static [Parameter]],
    check: fn(&Value) -> Result<(), serde_json::Error>,
}

impl Operation {
    pub(crate) const fn of<E: Endpoint>(name: &'static str) -> Self {
        Self {
            name,
            method: E::METHOD,
            path: E::PATH,
            groups: E::PARAMETERS,
            check: |answer| E::Response::deserialize(answer).map(drop),
        }
    }

    /// Checks whether this is an answer of the endpoint.
    ///
    /// # Errors
    ///
    /// Something is missing or of another type.
    pub fn check_answer(&self, answer: &Value) -> Result<(), serde_json::Error> {
        (self.check)(answer)
    }

    /// Returns the parameters, those that the path names among them.
    pub fn parameters(&self) -> impl Iterator<Item = Parameter> {
        self.groups.iter().copied().flatten().copied()
    }
}

/// A parameter of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parameter {
    /// Its name on the wire.
    pub name: &'static str,
    /// Whether every request has it.
    pub required: bool,
}

impl Parameter {
    pub(crate) const fn required(name: &'static str) -> Self {
        Self {
            name,
            required: true,
        }
    }

    pub(crate) const fn optional(name: &'static str) -> Self {
        Self {
            name,
            required: false,
        }
    }
}
