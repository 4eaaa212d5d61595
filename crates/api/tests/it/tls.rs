use std::error::Error as _;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, Stream};
use zulipkit_api::server::GetServerSettings;
use zulipkit_api::{Client, ClientCertificate, Error, Policy, Retry, Tls, install_crypto_provider};

use crate::{agent, credentials};

/// The certificates were made with openssl for `localhost`, and are valid until 2126.
fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/tls")
        .join(name)
}

/// Starts a server whose certificate only `ca.pem` vouches for; returns its address.
fn server(wants_client_certificate: bool) -> String {
    install_crypto_provider();
    let certificate = CertificateDer::from_pem_file(file("server.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(file("server.key")).unwrap();
    let builder = ServerConfig::builder();
    let builder = if wants_client_certificate {
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_file(file("ca.pem")).unwrap())
            .unwrap();
        builder.with_client_cert_verifier(
            WebPkiClientVerifier::builder(Arc::new(roots))
                .build()
                .unwrap(),
        )
    } else {
        builder.with_no_client_auth()
    };
    let config = Arc::new(builder.with_single_cert(vec![certificate], key).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let site = format!(
        "https://localhost:{}",
        listener.local_addr().unwrap().port()
    );
    std::thread::spawn(move || {
        for mut socket in listener.incoming().flatten() {
            let mut connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = Stream::new(&mut connection, &mut socket);
            let mut request = [0; 4096];
            if matches!(stream.read(&mut request), Ok(1..)) {
                let body = r#"{"result": "success", "msg": "", "zulip_version": "10.0"}"#;
                let answer = crate::server::answer("200 OK", &[("Connection", "close")], body);
                stream.write_all(answer.as_bytes()).unwrap();
                connection.send_close_notify();
                let _ = connection.write_tls(&mut socket);
            }
        }
    });
    site
}

async fn version(site: &str, tls: Tls) -> Result<String, Error> {
    let mut credentials = credentials(site, "bot@example.com");
    credentials.tls = tls;
    let client = Client::new(credentials, &agent())
        .unwrap()
        .with_policy(Policy::once());
    Ok(client.send(&GetServerSettings::new()).await?.zulip_version)
}

fn trusting() -> Tls {
    Tls {
        cert_bundle: Some(file("ca.pem")),
        ..Tls::default()
    }
}

fn cause(error: &Error) -> String {
    error.source().unwrap().to_string()
}

#[tokio::test]
async fn a_certificate_is_trusted_by_a_bundle_or_by_not_looking() {
    let site = server(false);
    assert_eq!(version(&site, trusting()).await.unwrap(), "10.0");
    let insecure = Tls {
        insecure: true,
        ..Tls::default()
    };
    assert_eq!(version(&site, insecure).await.unwrap(), "10.0");
}

#[tokio::test]
async fn an_unknown_issuer_is_named_and_nothing_was_sent() {
    let site = server(false);
    let error = version(&site, Tls::default()).await.unwrap_err();
    assert_eq!(error.retry(), Retry::NothingSent);
    assert_eq!(
        cause(&error),
        "TLS: invalid peer certificate: UnknownIssuer"
    );
}

#[tokio::test]
async fn a_server_may_ask_for_a_certificate() {
    let site = server(true);
    let with_certificate = Tls {
        client_cert: Some(ClientCertificate {
            certificate: file("client.pem"),
            key: Some(file("client.key")),
        }),
        ..trusting()
    };
    assert_eq!(version(&site, with_certificate).await.unwrap(), "10.0");
    let error = version(&site, trusting()).await.unwrap_err();
    assert_eq!(error.retry(), Retry::NothingSent);
    assert!(
        cause(&error).starts_with("TLS: received fatal alert: "),
        "{}",
        cause(&error)
    );
}

#[tokio::test]
async fn a_server_without_tls_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let site = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        socket
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .unwrap();
    });
    let error = version(&site, Tls::default()).await.unwrap_err();
    assert_eq!(error.retry(), Retry::NothingSent);
    assert!(cause(&error).starts_with("TLS: "), "{}", cause(&error));
}

#[test]
fn a_file_that_is_missing_or_no_certificate_is_named() {
    let build = |tls| {
        let mut credentials = credentials("https://zulip.example.com", "bot@example.com");
        credentials.tls = tls;
        Client::new(credentials, &agent()).unwrap_err().to_string()
    };
    let missing = Tls {
        cert_bundle: Some(PathBuf::from("/nowhere/ca.pem")),
        ..Tls::default()
    };
    assert_eq!(
        build(missing),
        "cannot read the certificate bundle `/nowhere/ca.pem`"
    );
    let key_file = file("server.key");
    let no_certificate = Tls {
        cert_bundle: Some(key_file.clone()),
        ..Tls::default()
    };
    let text = format!(
        "the certificate bundle `{}` holds none in PEM form",
        key_file.display()
    );
    assert_eq!(build(no_certificate), text);
    let no_key = Tls {
        client_cert: Some(ClientCertificate {
            certificate: file("client.pem"),
            key: Some(PathBuf::from("/nowhere/client.key")),
        }),
        ..Tls::default()
    };
    assert_eq!(
        build(no_key),
        "cannot read the key of the client certificate `/nowhere/client.key`"
    );
}
