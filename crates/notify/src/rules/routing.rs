use zulipkit_diag::Diagnostic;

use super::Rules;
use crate::Event;
use crate::settings::Route;

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
        let mut decision = Decision::default();
        for (index, route) in self.routes.iter().enumerate() {
            let route = route.get_ref();
            match self.takes(route, event) {
                Ok(false) => continue,
                Ok(true) => {}
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

    fn takes(&self, route: &Route, event: &Event) -> Result<bool, Diagnostic> {
        let names = self.product.vocabulary.names(&event.kind);
        Ok(route.when.matches_kind(&names) && route.when.matches_facts(&event.facts))
    }
}
