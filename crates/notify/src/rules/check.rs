use toml::Spanned;
use zulipkit_api::messages::ChannelRef;
use zulipkit_diag::Diagnostic;

use super::Rules;
use super::names::{facts_of, header};
use super::wording::{TOPIC, Wording};
use crate::Vocabulary;
use crate::settings::{Route, Templates};
use crate::template::{Code, Fault, Mode, Template, condition, unknown};
use crate::vocabulary::Kind;

impl Rules {
    /// Reads, compiles and examines every template and condition, the compiled-in ones too, and returns all faults.
    pub fn check(&self) -> Vec<Diagnostic> {
        let mut faults = Vec::new();
        let every = self.product.vocabulary.kinds();
        self.check_texts(&self.templates, every, &mut faults);
        for route in &self.routes {
            let kinds = self.kinds_for(route.get_ref());
            if kinds.is_empty() && self.is_closed() {
                faults.push(self.matches_nothing(route));
                continue;
            }
            let route = route.get_ref();
            self.check_condition(route, &kinds, &mut faults);
            if let Some(ChannelRef::Name(name)) = &route.channel
                && Route::is_template(name)
            {
                let written = Spanned::new(0..0, name.clone());
                let wording = self.inline("template `channel`".to_owned(), &written);
                self.check_text(Mode::Plain, &wording, &kinds, &mut faults);
            }
            if let Some(topic) = &route.topic {
                let wording = self.inline("template `topic`".to_owned(), topic);
                self.check_text(Mode::Plain, &wording, &kinds, &mut faults);
            }
            self.check_texts(&route.templates, &kinds, &mut faults);
        }
        for text in self.product.texts {
            let kinds = self.worded_by(text.name, every);
            self.check_text(
                mode_of(text.name),
                &Wording::shipped(text),
                &kinds,
                &mut faults,
            );
        }
        faults
    }

    fn matches_nothing(&self, route: &Spanned<Route>) -> Diagnostic {
        let header = header(route.span(), &self.source.text);
        self.at(header, "", || {
            Diagnostic::settings("cannot use this route")
                .cause("no kind of event has all the facts that its `when` asks for")
        })
    }

    fn check_texts(&self, templates: &Templates, kinds: &[Kind], faults: &mut Vec<Diagnostic>) {
        for (name, text) in &templates.texts {
            match self.wording(name.get_ref(), text) {
                Ok(wording) => {
                    let kinds = self.worded_by(name.get_ref(), kinds);
                    self.check_text(mode_of(name.get_ref()), &wording, &kinds, faults);
                }
                Err(fault) => faults.push(fault),
            }
        }
    }

    fn check_text(
        &self,
        mode: Mode,
        wording: &Wording<'_>,
        kinds: &[Kind],
        faults: &mut Vec<Diagnostic>,
    ) {
        let code = Code::Template(&wording.text);
        let known = self.known(kinds);
        let found = match Template::new(mode, self.product, &wording.text) {
            Ok(template) => unknown(&template.names(), code, known.as_deref(), self.product),
            Err(error) => vec![Fault::new(&error, code, &[])],
        };
        faults.extend(found.into_iter().map(|fault| wording.diagnose(fault)));
    }

    fn check_condition(&self, route: &Route, kinds: &[Kind], faults: &mut Vec<Diagnostic>) {
        let Some(expression) = &route.condition else {
            return;
        };
        let code = Code::Expression(expression.get_ref());
        let known = self.known(kinds);
        let found = match condition::names(self.product, expression.get_ref()) {
            Ok(names) => unknown(&names, code, known.as_deref(), self.product),
            Err(error) => vec![Fault::new(&error, code, &[])],
        };
        let wording = self.inline("this condition".to_owned(), expression);
        faults.extend(found.into_iter().map(|fault| wording.diagnose(fault)));
    }

    /// Returns the facts that some of these kinds have; none where any may be.
    fn known(&self, kinds: &[Kind]) -> Option<Vec<&'static str>> {
        self.is_closed().then(|| facts_of(kinds))
    }

    fn is_closed(&self) -> bool {
        matches!(self.product.vocabulary, Vocabulary::Closed(_))
    }

    /// Returns the kinds that a template of this name words: one, a group, or all for `topic` and included pieces.
    fn worded_by(&self, name: &str, kinds: &[Kind]) -> Vec<Kind> {
        let named: Vec<Kind> = kinds
            .iter()
            .filter(|kind| kind.name == name || kind.groups.contains(&name))
            .copied()
            .collect();
        if named.is_empty() {
            kinds.to_vec()
        } else {
            named
        }
    }
}

fn mode_of(name: &str) -> Mode {
    if name == TOPIC {
        Mode::Plain
    } else {
        Mode::Content
    }
}
