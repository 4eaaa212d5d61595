//! The page that shows what the server got, and the doors beside it: live changes and faults to order.
//!
//! Pages are made here and swapped in whole, so the script never builds HTML. The templates escape all text, messages are
//! what the renderer made of them, and the content security policy lets nothing but the page's own files run.

mod control;
mod emoji;
mod feed;
mod live;

use std::sync::{Arc, LazyLock};

use axum::{
    Router,
    body::Body,
    extract::{Query, Request, State},
    http::{HeaderName, HeaderValue, Response, header},
    middleware::{self, Next},
    response::{Html, IntoResponse},
    routing::get,
};
use minijinja::{Environment, value::Serde};
use serde::Deserialize;

use crate::serve::Shared;
use feed::Feed;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(crate) fn router() -> Router<Arc<Shared>> {
    let css = || async { file("text/css; charset=utf-8", include_str!("page.css")) };
    let script = || async { file("text/javascript; charset=utf-8", include_str!("page.js")) };
    let icon = || async { file("image/svg+xml", include_str!("icon.svg")) };
    Router::new()
        .route("/", get(page))
        .route("/sim/feed", get(feed))
        .route("/sim/events", get(live::events))
        .route(
            "/sim/faults",
            get(control::list)
                .post(control::order)
                .delete(control::clear),
        )
        .route("/sim/page.css", get(css))
        .route("/sim/page.js", get(script))
        .route("/sim/icon.svg", get(icon))
        .layer(middleware::from_fn(secure))
}

/// What the page shows of all that there is.
#[derive(Debug, Deserialize)]
struct View {
    channel: Option<String>,
}

async fn page(State(shared): State<Arc<Shared>>, Query(view): Query<View>) -> Html<String> {
    render("page.html", &shared, &view)
}

/// The part of the page that changes.
async fn feed(State(shared): State<Arc<Shared>>, Query(view): Query<View>) -> Html<String> {
    render("feed.html", &shared, &view)
}

fn render(template: &str, shared: &Shared, view: &View) -> Html<String> {
    // The engine escapes by the names' endings: all that is put into `.html` becomes text.
    static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
        let mut templates = Environment::new();
        for (name, text) in [
            ("page.html", include_str!("page.html")),
            ("feed.html", include_str!("feed.html")),
        ] {
            templates
                .add_template(name, text)
                .expect("the template is constant");
        }
        templates
    });
    let standing = shared.orders().standing();
    let feed = Feed::new(&shared.organization(), view.channel.as_deref(), &standing);
    let html = TEMPLATES
        .get_template(template)
        .and_then(|template| template.render(Serde(feed)));
    Html(html.expect("the templates know what a feed has"))
}

fn file(content_type: &'static str, text: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, content_type)], text)
}

async fn secure(request: Request, next: Next) -> Response<Body> {
    const HEADERS: [(HeaderName, &str); 4] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}
