#[macro_use]
mod macros;
mod operation;

use std::fmt::{self, Display};
use std::str::FromStr;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use operation::{Operation, Parameter};

use crate::File;

/// An operation of the REST API: plain data that knows its method, its path and what comes back.
///
/// The fields that the path names in braces go into the path, all others are parameters. On the wire text stands as it
/// is and everything else as JSON; a field that serializes to `null` is left out. An endpoint serializes as a struct with
/// named fields, and those that the path names are never left out.
pub trait Endpoint: Serialize {
    /// The HTTP method.
    const METHOD: Method;
    /// The path below `/api/v1`, with the names of fields in braces: `/messages/{message_id}`.
    const PATH: &'static str;
    /// Its parameters, in groups, those that the path names among them.
    const PARAMETERS: &'static [&'static [Parameter]];
    /// What the server answers.
    type Response: DeserializeOwned;

    /// Returns the files that go with it; only uploads have any.
    fn files(&self) -> Vec<File> {
        Vec::new()
    }
}

/// Several parameters that stand together in one field.
pub(crate) trait Flattened {
    /// The parameters.
    const PARAMETERS: &'static [Parameter];
}

/// Answers endpoints that return nothing but that they were done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Empty {}

/// An HTTP method that the API uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// Returns the name as it stands in a request.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// Tells whether doing it twice is the same as doing it once.
    ///
    /// A `DELETE` or `PUT` that took effect may answer an error the second time, yet changes nothing further.
    pub fn is_idempotent(self) -> bool {
        !matches!(self, Self::Post | Self::Patch)
    }
}

impl Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Method {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        [Self::Get, Self::Post, Self::Put, Self::Patch, Self::Delete]
            .into_iter()
            .find(|method| method.as_str().eq_ignore_ascii_case(name))
            .ok_or(())
    }
}
