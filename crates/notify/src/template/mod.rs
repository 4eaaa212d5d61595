//! Templates: text with minijinja's `{{ … }}` and `{% … %}`, in which whatever comes from outside stays outside.
//!
//! A value that is printed does not go into the output. The formatter puts it into a table and prints a placeholder, its
//! number between two noncharacters that no value and no template can hold. What a template does with captured output
//! (`{% set %}` blocks, macros, `{% filter %}`, slices of them) therefore cuts or repeats placeholders, never text from
//! outside; a placeholder that was damaged is dropped. When the template is done, each becomes its value in the brackets
//! by which the markup crate knows it, and is written as its place in the message demands.
//!
//! Strings that stand in expressions are values too: `{{ "*" }}` shows a star, and markup is written outside of the tags.
//!
//! So no filter and no trick in a template can turn a commit's subject into markup; the filters that would declare a
//! text safe are not there.

mod engine;
mod filters;
mod problem;
mod scan;
mod values;

pub(crate) use engine::{Mode, Template, condition};
pub(crate) use problem::{Code, Fault, unknown};
