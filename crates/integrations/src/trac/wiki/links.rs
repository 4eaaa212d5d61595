//! Where TracLinks lead.

use percent_encoding::utf8_percent_encode;

use super::Context;
use crate::vcs::RESERVED;

/// What may stand before the colon of a TracLink.
const REALMS: &[&str] = &[
    "ticket",
    "bug",
    "issue",
    "comment",
    "report",
    "changeset",
    "log",
    "diff",
    "wiki",
    "milestone",
    "attachment",
    "raw-attachment",
    "source",
    "browser",
    "export",
    "query",
    "search",
    "htdocs",
    "timeline",
];

/// What of a `scheme:` is an address by itself.
const SCHEMES: &[&str] = &["https://", "http://", "ftp://", "mailto:"];

/// The addresses of an environment.
#[derive(Debug)]
pub(super) struct Links {
    base: Option<String>,
    realm: String,
    id: String,
}

/// Says whether a text begins with an address of the web, or of a mailbox.
pub(super) fn is_address(text: &str) -> bool {
    SCHEMES.iter().any(|scheme| {
        text.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}

/// Says whether this stands before the colon of a TracLink.
pub(super) fn is_realm(word: &str) -> bool {
    REALMS.contains(&word)
}

impl Links {
    pub(super) fn new(context: &Context) -> Self {
        let base = context.base_url.as_deref();
        Self {
            base: base.map(|base| base.trim_end_matches('/').to_owned()),
            realm: context.realm.clone(),
            id: context.id.clone(),
        }
    }

    /// Returns the address that a link leads to, if it is known.
    pub(super) fn resolve(&self, target: &str) -> Option<String> {
        if is_address(target) {
            return Some(target.to_owned());
        }
        if let Some(anchor) = target.strip_prefix('#') {
            return self.own().map(|own| format!("{own}#{}", encode(anchor)));
        }
        if target.starts_with('/') && !target.starts_with("//") {
            return self.page(target.trim_start_matches('/'), "");
        }
        let (realm, rest) = target.split_once(':')?;
        let rest = rest.trim_matches('"');
        match realm {
            "ticket" | "bug" | "issue" => self.page("ticket/", rest),
            "report" | "milestone" | "wiki" => self.page(&format!("{realm}/"), rest),
            "changeset" | "diff" => self.page("changeset/", rest.trim_start_matches('r')),
            "log" => self.page("log/", rest.trim_start_matches('/')),
            "source" | "browser" => self.source(rest),
            "comment" => self.comment(rest),
            "attachment" | "raw-attachment" => self.attachment(realm, rest),
            "query" => self.query(rest),
            "search" => self.page("search?q=", rest),
            "htdocs" => self.page("chrome/site/", rest),
            "export" => self.page("export/", &rest.replacen(':', "/", 1)),
            "timeline" => self.page("timeline?from=", rest),
            _ => None,
        }
    }

    /// Returns the page of a wiki page by its name.
    pub(super) fn wiki(&self, name: &str) -> Option<String> {
        self.page("wiki/", name)
    }

    /// Returns the page of what the text belongs to.
    fn own(&self) -> Option<String> {
        if self.id.is_empty() {
            return None;
        }
        self.page(&format!("{}/", self.realm), &self.id)
    }

    /// Returns an address below the environment's. `rest` may end in `#anchor`.
    fn page(&self, path: &str, rest: &str) -> Option<String> {
        let base = self.base.as_deref()?;
        let (rest, anchor) = match rest.split_once('#') {
            Some((rest, anchor)) => (rest, format!("#{}", encode_anchor(anchor))),
            None => (rest, String::new()),
        };
        Some(format!("{base}/{path}{}{anchor}", encode(rest)))
    }

    fn comment(&self, rest: &str) -> Option<String> {
        let mut parts = rest.splitn(3, ':');
        let number = encode(parts.next()?);
        let page = match (parts.next(), parts.next()) {
            (Some(realm), Some(id)) => self.page(&format!("{realm}/"), id),
            _ => self.own(),
        };
        page.map(|page| format!("{page}#comment:{number}"))
    }

    fn attachment(&self, kind: &str, rest: &str) -> Option<String> {
        let mut parts = rest.splitn(3, ':');
        let name = parts.next()?;
        let (realm, id) = match (parts.next(), parts.next()) {
            (Some(realm), Some(id)) => (realm, id),
            _ if self.id.is_empty() => return None,
            _ => (self.realm.as_str(), self.id.as_str()),
        };
        let place = format!("{kind}/{}/{}/", encode(realm), encode(id));
        self.page(&place, name)
    }

    fn source(&self, rest: &str) -> Option<String> {
        let (path, anchor) = rest.split_once('#').unwrap_or((rest, ""));
        let (path, revision) = path.split_once('@').unwrap_or((path, ""));
        let (revision, line) = revision.split_once(':').unwrap_or((revision, ""));
        let mut url = self.page("browser/", path.trim_start_matches('/'))?;
        if !revision.is_empty() {
            url.push_str("?rev=");
            url.push_str(&encode(revision));
        }
        match (
            anchor,
            line.bytes().all(|byte| byte.is_ascii_digit()) && !line.is_empty(),
        ) {
            ("", false) => {}
            ("", true) => url.push_str(&format!("#L{line}")),
            (anchor, _) => url.push_str(&format!("#{}", encode_anchor(anchor))),
        }
        Some(url)
    }

    fn query(&self, rest: &str) -> Option<String> {
        let base = self.base.as_deref()?;
        // The markup crate encodes what may not stand in an address.
        Some(format!("{base}/query?{}", rest.trim_start_matches('?')))
    }
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// The colon of `#comment:3` stays, for looks.
fn encode_anchor(text: &str) -> String {
    encode(text).replace("%3A", ":")
}
