use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use toml::Spanned;

/// The words of messages: `[templates]` of a settings file.
///
/// Each key is an event kind, a group of kinds, or `topic`; its value is the template, or the name of a file that holds it
/// (one line without braces that ends in `.md` or `.j2`), relative to the settings file. `style` chooses among the
/// templates that are compiled in.
#[derive(Debug, Clone, Default)]
pub struct Templates {
    /// Which of the compiled-in templates to use where no text is given.
    pub style: Option<Spanned<String>>,
    /// Names with their templates or files.
    pub texts: Vec<(Spanned<String>, Spanned<String>)>,
}

impl Templates {
    /// Returns the text or file name that is given for a kind, a group or `topic`.
    pub(crate) fn get(&self, name: &str) -> Option<&Spanned<String>> {
        self.texts
            .iter()
            .find(|(key, _)| key.get_ref() == name)
            .map(|(_, text)| text)
    }
}

/// Tells whether a value of `[templates]` is the name of a file rather than a template.
pub(crate) fn is_file_name(value: &str) -> bool {
    (value.ends_with(".md") || value.ends_with(".j2")) && !value.contains(['\n', '{', '}'])
}

impl<'de> Deserialize<'de> for Templates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Table)
    }
}

struct Table;

impl<'de> Visitor<'de> for Table {
    type Value = Templates;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table of templates")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Templates, A::Error> {
        let mut templates = Templates::default();
        while let Some(key) = map.next_key::<Spanned<String>>()? {
            if key.get_ref() == "style" {
                templates.style = Some(map.next_value()?);
            } else {
                templates.texts.push((key, map.next_value()?));
            }
        }
        Ok(templates)
    }
}

impl JsonSchema for Templates {
    fn schema_name() -> Cow<'static, str> {
        "Templates".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "description": "The words of messages: templates, or names of files that hold them, by event kind.",
            "properties": {
                "style": { "type": "string", "description": "Which of the compiled-in templates to use." },
                "topic": { "type": "string", "description": "The topic, where a route has none of its own." },
            },
            "additionalProperties": { "type": "string" },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::is_file_name;

    #[test]
    fn a_file_is_told_from_a_text() {
        assert!(is_file_name("templates/push.md"));
        assert!(is_file_name("push.md.j2"));
        assert!(!is_file_name("{{ repo }}/README.md"));
        assert!(!is_file_name("Pushed\nREADME.md"));
        assert!(!is_file_name("Pushed."));
    }
}
