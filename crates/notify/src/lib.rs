//! From an event to a message: routes decide where it goes, templates how it is worded.
//!
//! An integration collects [facts](Event) and knows the [words](Product) for them; a settings file adds [routes](Route)
//! and [templates](Templates). Together they are [`Rules`], which turn each event into [messages](Outgoing) for the outbox.
//! Nothing here looks at a clock, the environment or the network, and no file is read but the templates that the settings
//! name.
//!
//! ```
//! use zulipkit_notify::{Event, Kind, Limits, Product, Route, Rules, Source, Templates, Text, Vocabulary};
//!
//! #[derive(serde::Deserialize)]
//! struct Settings {
//!     route: Vec<toml::Spanned<Route>>,
//!     #[serde(default)]
//!     templates: Templates,
//! }
//!
//! const GIT: Product = Product {
//!     vocabulary: Vocabulary::Closed(&[Kind { name: "push", groups: &[], facts: &["repo", "branch"] }]),
//!     texts: &[
//!         Text { style: "default", name: "topic", text: "{{ repo }}/{{ branch }}" },
//!         Text { style: "default", name: "push", text: "There are news on **{{ branch }}**." },
//!     ],
//!     filters: &[],
//! };
//!
//! let text = "[[route]]\nwhen = { branch = \"release/*\" }\nchannel = \"commits\"\n";
//! let settings: Settings = toml::from_str(text)?;
//! let source = Source { path: "git.toml".into(), text: text.into() };
//! let rules = Rules::new(source, settings.route, settings.templates, GIT, Limits::default())?;
//!
//! let facts = serde_json::json!({ "repo": "website", "branch": "release/1.0" });
//! let event = Event::new("git", "push", &facts, "2026-03-01T12:00:00Z".parse()?)?;
//! let rendered = rules.render(&event);
//! assert_eq!(rendered.outgoing[0].content, "There are news on **release/1.0**.");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod event;

mod message;
mod rules;
mod settings;
mod template;
mod vocabulary;

pub use event::Event;
pub use message::Outgoing;
pub use rules::{Decision, Limits, Rendered, Rules};
pub use settings::{Matcher, Pattern, Route, Source, Templates, When};
pub use vocabulary::{Filter, Kind, Product, Text, Vocabulary};

// The names of places in an `Outgoing`, so that integrations need no other crate for them.
pub use zulipkit_api::messages::{ChannelRef, People, To};
