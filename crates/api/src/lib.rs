//! Zulip's REST API as data: one struct an endpoint, their wire form, and errors that say whether to try again.
//!
//! An endpoint owns its fields and can be written down and read back, so that it may wait in a queue for days. Nothing
//! below the `client` feature does input or output.

mod credentials;
mod endpoint;
mod error;
mod request;
mod site;

pub use credentials::{ClientCertificate, Credentials, Tls};
pub use endpoint::{Endpoint, Method};
pub use error::{ApiError, Error, Retry};
pub use request::{File, Request, UnknownEndpoint};
pub use site::{InvalidSite, Site};
