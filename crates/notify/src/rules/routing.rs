use minijinja::value::Value;
use zulipkit_diag::Diagnostic;

use super::Rules;
use super::rendering::context;
use crate::Event;
use crate::settings::Route;
use crate::template::{Code, Fault, condition};

/// Where an event goes.
#[derive(Debug, Clone, Default)]
pub struct Decision<'a> {
    /// The routes that take it, with their positions counted from 0. More than one only if one says `continue`.
    pub routes: Vec<(usize, &'a Route)>,
    /// The position of the route that ended the search by `skip`.
    pub skipped: Option<usize>,
    /// Conditions that could not be told; their routes were passed over.
    pub warnings: Vec<Diagnostic>,
}

impl Rules {
    /// Finds the routes that take an event.
    pub fn route(&self, event: &Event) -> Decision<'_> {
        self.route_with(event, &context(event))
    }

    pub(super) fn route_with(&self, event: &Event, facts: &Value) -> Decision<'_> {
        let names = self.product.vocabulary.names(&event.kind);
        let mut decision = Decision::default();
        for (index, route) in self.routes.iter().enumerate() {
            let route = route.get_ref();
            if !route.when.matches_kind(&names) || !route.when.matches_facts(&event.facts) {
                continue;
            }
            match self.condition_holds(route, event, facts) {
                Ok(true) => {}
                Ok(false) => continue,
                Err(warning) => {
                    decision.warnings.push(warning);
                    continue;
                }
            }
            if route.skip {
                decision.skipped = Some(index);
                break;
            }
            decision.routes.push((index, route));
            if !route.go_on {
                break;
            }
        }
        decision
    }

    fn condition_holds(
        &self,
        route: &Route,
        event: &Event,
        facts: &Value,
    ) -> Result<bool, Diagnostic> {
        let Some(expression) = &route.condition else {
            return Ok(true);
        };
        condition::holds(self.product, expression.get_ref(), facts).map_err(|error| {
            let known = self.facts_known(event);
            let fault = Fault::new(&error, Code::Expression(expression.get_ref()), &known);
            self.inline("this condition".to_owned(), expression)
                .diagnose(fault)
        })
    }
}
