//! The page that shows what the server got, and the doors beside it: live changes, faults to order, writing as a person.
//!
//! Its parts are made here and swapped in whole, so the script builds no HTML of its own. The templates escape all text,
//! messages are what the renderer made of them, and the content security policy lets nothing but the page's own files run.

mod act;
mod control;
mod emoji;
mod feed;
mod live;
mod panel;
mod sidebar;
mod view;

use std::sync::{Arc, LazyLock};

use axum::{
    Router,
    body::Body,
    extract::{Query, Request, State},
    http::{HeaderName, HeaderValue, Response, header},
    middleware::{self, Next},
    response::{Html, IntoResponse},
    routing::{get, post},
};
use minijinja::{Environment, value::Serde};
use serde::Serialize;

use crate::serve::Shared;
use feed::Feed;
use panel::Panel;
use sidebar::Sidebar;
use view::{Compose, Query as ViewQuery};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Each with its content type.
const FILES: &[(&str, &str, &str)] = &[
    ("/sim/page.css", "text/css", include_str!("page.css")),
    ("/sim/content.css", "text/css", include_str!("content.css")),
    ("/sim/page.js", "text/javascript", include_str!("page.js")),
    (
        "/sim/content.js",
        "text/javascript",
        include_str!("content.js"),
    ),
    ("/sim/icon.svg", "image/svg+xml", include_str!("icon.svg")),
];

const TEMPLATES: &[(&str, &str)] = &[
    ("page.html", include_str!("page.html")),
    ("sidebar.html", include_str!("sidebar.html")),
    ("feed.html", include_str!("feed.html")),
    ("panel.html", include_str!("panel.html")),
];

pub(crate) fn router() -> Router<Arc<Shared>> {
    let faults = get(control::list)
        .post(control::order)
        .delete(control::clear);
    let mut router = Router::new()
        .route("/", get(page))
        .route("/sim/sidebar", get(sidebar))
        .route("/sim/feed", get(feed))
        .route("/sim/panel", get(panel))
        .route("/sim/events", get(live::events))
        .route("/sim/faults", faults)
        .route("/sim/faults/end", post(control::end))
        .route("/sim/messages", post(act::send))
        .route("/sim/reactions", post(act::react));
    for (path, content_type, text) in FILES {
        let content_type = HeaderValue::from_static(content_type);
        let file = move || async move { ([(header::CONTENT_TYPE, content_type)], *text) };
        router = router.route(path, get(file));
    }
    router.layer(middleware::from_fn(secure))
}

/// All of the page.
#[derive(Serialize)]
struct Page {
    name: String,
    url: String,
    sidebar: Sidebar,
    feed: Feed,
    panel: Panel,
    compose: Compose,
}

async fn page(
    State(shared): State<Arc<Shared>>,
    Query(query): Query<ViewQuery>,
) -> impl IntoResponse {
    let panel = Panel::new(&shared);
    let organization = shared.organization();
    let view = query.view(&organization);
    let page = Page {
        name: organization.settings.name.clone(),
        url: organization.url.clone(),
        sidebar: Sidebar::new(&organization, &view),
        feed: Feed::new(&organization, &view),
        compose: Compose::new(&organization, &view),
        panel,
    };
    render("page.html", &page)
}

/// The parts that change, each by itself.
async fn sidebar(
    State(shared): State<Arc<Shared>>,
    Query(query): Query<ViewQuery>,
) -> impl IntoResponse {
    let organization = shared.organization();
    let sidebar = Sidebar::new(&organization, &query.view(&organization));
    render("sidebar.html", &SidebarPart { sidebar })
}

async fn feed(
    State(shared): State<Arc<Shared>>,
    Query(query): Query<ViewQuery>,
) -> impl IntoResponse {
    let organization = shared.organization();
    let feed = Feed::new(&organization, &query.view(&organization));
    render("feed.html", &FeedPart { feed })
}

async fn panel(State(shared): State<Arc<Shared>>) -> impl IntoResponse {
    let panel = Panel::new(&shared);
    render("panel.html", &PanelPart { panel })
}

// A part has the same name in its own answer as within the page.
#[derive(Serialize)]
struct SidebarPart {
    sidebar: Sidebar,
}

#[derive(Serialize)]
struct FeedPart {
    feed: Feed,
}

#[derive(Serialize)]
struct PanelPart {
    panel: Panel,
}

fn render(template: &str, values: &impl Serialize) -> Html<String> {
    // The engine escapes by the names' endings: all that is put into `.html` becomes text.
    static ENGINE: LazyLock<Environment<'static>> = LazyLock::new(|| {
        let mut engine = Environment::new();
        for (name, text) in TEMPLATES {
            engine
                .add_template(name, text)
                .expect("the template is constant");
        }
        engine
    });
    let html = ENGINE
        .get_template(template)
        .and_then(|template| template.render(Serde(values)));
    Html(html.expect("the templates know what they are given"))
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
