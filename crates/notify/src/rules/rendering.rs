use minijinja::value::{Serde, Value};
use toml::Spanned;
use zulipkit_api::messages::{ChannelRef, To};
use zulipkit_diag::Diagnostic;
use zulipkit_markup as markup;

use super::Rules;
use super::wording::{TOPIC, Wording};
use crate::settings::Route;
use crate::template::{Code, Fault, Mode, Template};
use crate::vocabulary::EVERYWHERE;
use crate::{Event, Outgoing};

/// Stands at the end of a message that had to be cut.
const SHORTENED: &str = "… (shortened)";

/// What became of an event.
#[derive(Debug, Clone, Default)]
pub struct Rendered {
    /// The messages to send; none if a route skips the event or no route takes it.
    pub outgoing: Vec<Outgoing>,
    /// The position of the route that skips it, counted from 0.
    pub skipped: Option<usize>,
    /// What went wrong without keeping the message from being sent, such as a template that failed and was replaced by
    /// the compiled-in one.
    pub warnings: Vec<Diagnostic>,
}

impl Rules {
    /// Turns an event into the messages that its routes ask for.
    ///
    /// A template that fails is replaced by the compiled-in one, and that by a plain list of the facts: no event is lost
    /// for want of words.
    pub fn render(&self, event: &Event) -> Rendered {
        let facts = context(event);
        let decision = self.route_with(event, &facts);
        let mut rendered = Rendered {
            outgoing: Vec::new(),
            skipped: decision.skipped,
            warnings: decision.warnings,
        };
        for (_, route) in decision.routes {
            let outgoing = Words {
                rules: self,
                route,
                event,
                facts: &facts,
                warnings: &mut rendered.warnings,
            }
            .outgoing();
            rendered.outgoing.push(outgoing);
        }
        rendered
    }

    /// Returns the names that templates may use for this event.
    pub(super) fn facts_known<'a>(&self, event: &'a Event) -> Vec<&'a str> {
        match self.product.vocabulary.kind(&event.kind) {
            Some(kind) => kind.facts.iter().chain(EVERYWHERE).copied().collect(),
            None => event.facts.keys().map(String::as_str).collect(),
        }
    }
}

/// Returns what templates and conditions see of an event.
pub(super) fn context(event: &Event) -> Value {
    let own = [
        ("event".to_owned(), Value::from(&event.kind)),
        ("integration".to_owned(), Value::from(&event.integration)),
        (
            "happened".to_owned(),
            Value::from(event.happened.to_string()),
        ),
    ];
    let facts = event
        .facts
        .iter()
        .map(|(name, fact)| (name.clone(), Value::from(Serde(fact))));
    Value::from_pairs(own.into_iter().chain(facts))
}

/// One event on its way through one route.
struct Words<'a> {
    rules: &'a Rules,
    route: &'a Route,
    event: &'a Event,
    facts: &'a Value,
    warnings: &'a mut Vec<Diagnostic>,
}

impl Words<'_> {
    fn outgoing(mut self) -> Outgoing {
        let (to, full_topic) = self.destination();
        let mut content = self.body();
        if let Some(topic) = &full_topic {
            let title = markup::write(&format!("**{}**", markup::value::bracket(topic)));
            content = format!("{title}\n\n{content}");
        }
        let content = markup::cut(&content, self.rules.limits.message, SHORTENED);
        Outgoing {
            to,
            content,
            full_topic,
        }
    }

    /// Returns where the message goes, and the whole topic if it had to be shortened.
    fn destination(&mut self) -> (To, Option<String>) {
        let channel = match (&self.route.channel, &self.route.direct) {
            (Some(ChannelRef::Name(name)), _) => ChannelRef::Name(self.channel(name)),
            (Some(ChannelRef::Id(id)), _) => ChannelRef::Id(*id),
            (None, Some(people)) => return (To::People(people.clone()), None),
            (None, None) => unreachable!("`Rules::new` refuses a route without a destination"),
        };
        let rules = self.rules;
        let own = self
            .route
            .topic
            .as_ref()
            .map(|topic| Ok(rules.inline("template `topic`".to_owned(), topic)));
        let given = own.or_else(|| rules.given(self.route, &[TOPIC]));
        let text = self.first(
            Mode::Plain,
            [given, rules.shipped(self.route, &[TOPIC]).map(Ok)],
        );
        let text = text.unwrap_or_default();
        let default = &self.event.integration;
        let topic = markup::topic(&text, rules.limits.topic, default);
        let full = markup::topic(&text, usize::MAX, default);
        let full_topic = (full != topic).then_some(full);
        (To::Channel { channel, topic }, full_topic)
    }

    /// Returns the channel of a name in which facts may stand.
    ///
    /// Where it cannot be rendered the name stays as it is written: no such channel exists, so the message waits for
    /// somebody who mends that.
    fn channel(&mut self, name: &str) -> String {
        if !Route::is_template(name) {
            return name.to_owned();
        }
        let written = Spanned::new(0..0, name.to_owned());
        let wording = self.rules.inline("template `channel`".to_owned(), &written);
        let channel = self.first(Mode::Plain, [Some(Ok(wording)), None]);
        let channel = channel.map(|channel| channel.trim().to_owned());
        channel
            .filter(|channel| !channel.is_empty())
            .unwrap_or_else(|| name.to_owned())
    }

    /// Returns the message's Markdown, of any length.
    fn body(&mut self) -> String {
        let rules = self.rules;
        let names = rules.product.vocabulary.names(&self.event.kind);
        let candidates = [
            rules.given(self.route, &names),
            rules.shipped(self.route, &names).map(Ok),
        ];
        self.first(Mode::Content, candidates)
            .unwrap_or_else(|| plain(self.event))
    }

    /// Renders the first of the templates that can be rendered, and warns of those before it.
    fn first<'t>(
        &mut self,
        mode: Mode,
        candidates: [Option<Result<Wording<'t>, Diagnostic>>; 2],
    ) -> Option<String> {
        for wording in candidates.into_iter().flatten() {
            match wording.and_then(|wording| self.render(mode, &wording)) {
                Ok(text) => return Some(text),
                Err(warning) => self.warnings.push(warning),
            }
        }
        None
    }

    fn render(&self, mode: Mode, wording: &Wording<'_>) -> Result<String, Diagnostic> {
        let template = Template::new(mode, self.rules.product, &wording.text);
        let text = template
            .and_then(|template| template.render(self.facts))
            .map_err(|error| {
                let known = self.rules.facts_known(self.event);
                wording.diagnose(Fault::new(&error, Code::Template(&wording.text), &known))
            })?;
        if mode == Mode::Plain {
            return Ok(text);
        }
        let markdown = markup::write(text.trim_matches('\n'));
        if markdown.trim().is_empty() {
            return Err(wording.diagnose(Fault {
                cause: "it made an empty message".to_owned(),
                hint: Some("to send nothing, use a route with `skip = true`".to_owned()),
                ..Fault::default()
            }));
        }
        Ok(markdown)
    }
}

/// Words an event for which there is no template that works.
fn plain(event: &Event) -> String {
    let title = format!("{}: {}", event.integration, event.kind);
    let title = markup::write(&markup::value::bracket(&title));
    let facts = serde_json::to_string_pretty(&event.facts).unwrap_or_default();
    format!("{title}\n\n{}", markup::code_block(&facts, "json"))
}
