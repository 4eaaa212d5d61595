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
}

impl Operation {
    pub(crate) const fn of<E: Endpoint>(name: &'static str) -> Self {
        Self {
            name,
            method: E::METHOD,
            path: E::PATH,
            groups: E::PARAMETERS,
        }
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
