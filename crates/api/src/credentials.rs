use std::path::PathBuf;

use secrecy::SecretString;

use crate::Site;

/// Who speaks to which server: one identity, always from one source.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The organization's address.
    pub site: Site,
    /// The bot's or user's e-mail address.
    pub email: String,
    /// The API key; it cannot be printed.
    pub key: SecretString,
    /// How the connection is secured.
    pub tls: Tls,
}

/// Options of the TLS connection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tls {
    /// Does not verify the server's certificate.
    pub insecure: bool,
    /// A PEM file with certificates to trust besides those of the system.
    pub cert_bundle: Option<PathBuf>,
    /// A certificate to show to the server.
    pub client_cert: Option<ClientCertificate>,
}

/// A client certificate with its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCertificate {
    /// A PEM file with the certificate.
    pub certificate: PathBuf,
    /// A PEM file with its private key, if that is a file of its own.
    pub key: Option<PathBuf>,
}
