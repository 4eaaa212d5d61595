//! `floor-post SITE EMAIL KEY CHANNEL TOPIC TEXT`: posts one message, reads the answer, and nothing else.
//!
//! For `https` it trusts the system's roots, as zulipkit does; for `http` it loads none.

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [site, email, key, channel, topic, text] = arguments.as_slice() else {
        return Err("usage: floor-post SITE EMAIL KEY CHANNEL TOPIC TEXT".into());
    };
    let form = [
        ("type", "stream"),
        ("to", channel),
        ("topic", topic),
        ("content", text),
    ];
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(async {
            client(site)?
                .post(format!("{site}/api/v1/messages"))
                .basic_auth(email, Some(key))
                .form(&form)
                .send()
                .await?
                .error_for_status()?
                .bytes()
                .await?;
            Ok(())
        })
}

fn client(site: &str) -> Result<reqwest::Client> {
    // It fails only if there is a provider already, which there is not.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = reqwest::Client::builder();
    let builder = if site.starts_with("https:") {
        builder
    } else {
        builder.tls_certs_only([])
    };
    Ok(builder.build()?)
}
