use minijinja::syntax::SyntaxConfig;
use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, Error, Output, UndefinedBehavior};

use super::filters;
use super::values::{Values, without_marks};
use crate::Product;

/// What a rendering may cost: about this many steps, or 64 bytes of text for each.
///
/// A list of five thousand commits takes a tenth of it.
const FUEL: u64 = 2_000_000;

/// How deep macros and included templates may nest.
const DEPTH: usize = 64;

/// What a template makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Zulip Markdown with outside values in brackets.
    Content,
    /// Plain text, such as a topic.
    Plain,
}

/// A template that compiles.
pub(crate) struct Template {
    environment: Environment<'static>,
    values: Values,
}

/// The name under which the one template is known to the engine, and by which an error in it is told from one in a
/// template that it includes.
pub(super) const NAME: &str = "this template";

impl Template {
    /// Compiles a template.
    ///
    /// # Errors
    /// If the engine cannot read it.
    pub(crate) fn new(mode: Mode, product: Product, text: &str) -> Result<Self, Error> {
        let values = Values::default();
        let mut environment = environment(mode, product, values.clone());
        environment.add_template_owned(NAME, without_marks(text))?;
        Ok(Self {
            environment,
            values,
        })
    }

    /// Renders it: Markdown with values in brackets, or plain text.
    pub(crate) fn render(&self, facts: &Value) -> Result<String, Error> {
        let output = self.environment.get_template(NAME)?.render(facts.clone())?;
        Ok(self.values.bracketed(&output))
    }

    /// Returns the names that it takes from the event.
    pub(crate) fn names(&self) -> Vec<String> {
        let Ok(template) = self.environment.get_template(NAME) else {
            return Vec::new();
        };
        let names = template.undeclared_variables(false);
        sorted(names.into_iter().filter(|name| !self.is_global(name)))
    }

    fn is_global(&self, name: &str) -> bool {
        self.environment.globals().any(|(global, _)| global == name)
    }
}

/// A condition of a route: its names, or whether it holds.
pub(crate) mod condition {
    use super::*;

    /// Returns the names that an expression takes from the event.
    pub(crate) fn names(product: Product, expression: &str) -> Result<Vec<String>, Error> {
        let environment = environment(Mode::Plain, product, Values::default());
        let names = environment
            .compile_expression(expression)?
            .undeclared_variables(false);
        let global = |name: &String| environment.globals().any(|(global, _)| global == *name);
        Ok(sorted(names.into_iter().filter(|name| !global(name))))
    }

    /// Tells whether an expression is true.
    pub(crate) fn holds(product: Product, expression: &str, facts: &Value) -> Result<bool, Error> {
        let environment = environment(Mode::Plain, product, Values::default());
        let value = environment
            .compile_expression(expression)?
            .eval(facts.clone())?;
        Ok(value.is_true())
    }
}

fn sorted(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

fn environment(mode: Mode, product: Product, values: Values) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()
            .expect("the delimiters are the usual ones"),
    );
    // Errors keep the place that they are about.
    environment.set_debug(true);
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(DEPTH);
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    environment.set_loader(move |name| Ok(product.piece(name).map(str::to_owned)));
    filters::install(&mut environment, product);
    match mode {
        Mode::Content => {
            // Any mode but `None` makes captured output count as finished, and joins it with values through the formatter.
            environment.set_auto_escape_callback(|_| AutoEscape::Custom("zulip".into()));
            environment.set_formatter(move |out, _, value| hold(out, &values, value));
        }
        Mode::Plain => {
            environment.set_auto_escape_callback(|_| AutoEscape::None);
            environment.set_formatter(|out, _, value| Ok(out.write_str(&text_of(value))?));
        }
    }
    environment
}

fn hold(out: &mut Output<'_>, values: &Values, value: &Value) -> Result<(), Error> {
    match value.as_str().filter(|_| value.is_safe()) {
        Some(finished) => out.write_str(finished)?,
        // An empty value is held too: the decoration around it shall vanish with it.
        None => out.write_str(&values.hold(&text_of(value)))?,
    }
    Ok(())
}

/// A fact that is absent on purpose shows as nothing, not as the word `none`.
fn text_of(value: &Value) -> String {
    if value.is_none() || value.is_undefined() {
        String::new()
    } else {
        value.to_string()
    }
}
