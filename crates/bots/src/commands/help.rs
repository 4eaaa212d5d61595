use zulipkit_markup::code;

use super::{Arity, Command, Parameter};

impl Command {
    /// Returns how it is said, under one of its names: `add WHAT…`.
    pub fn usage_as(&self, name: &str) -> String {
        let mut usage = name.to_owned();
        for Parameter { name, arity, .. } in self.parameters {
            let name = placeholder(name);
            usage.push_str(&match arity {
                Arity::One => format!(" {name}"),
                Arity::Optional => format!(" [{name}]"),
                Arity::Rest => format!(" {name}…"),
                Arity::Any => format!(" [{name}…]"),
            });
        }
        usage
    }
}

/// Returns the list of these commands.
pub(super) fn list(commands: &[Command]) -> String {
    let mut text = String::new();
    for command in commands {
        let about = command.about.first().map_or("", |line| line.trim());
        let said = code(&command.usage_as(command.names[0]));
        text.push_str(&format!("* {said}: {about}\n"));
    }
    text.push_str("* `help [COMMAND]`: Shows this, or more of one command.");
    text
}

/// Returns the help of one command.
pub(super) fn one(command: &Command) -> String {
    let about: Vec<&str> = command.about.iter().map(|line| line.trim()).collect();
    let mut text = format!(
        "{}\n{}",
        code(&command.usage_as(command.names[0])),
        about.join("\n")
    );
    for parameter in command.parameters {
        let name = code(&placeholder(parameter.name));
        text.push_str(&format!("\n* {name}: {}", parameter.kind));
    }
    if let [_, others @ ..] = command.names
        && !others.is_empty()
    {
        let others: Vec<String> = others.iter().map(|name| code(name)).collect();
        text.push_str(&format!("\n\nOr say {}.", others.join(", ")));
    }
    text
}

/// Returns what stands for an argument in the usage: `NUMBER`.
pub(super) fn placeholder(name: &str) -> String {
    name.to_uppercase().replace('_', "-")
}
