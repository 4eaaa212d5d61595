//! What the settings, examples and templates that ship with every integration are tried with.

use zulipkit_integrations::driver::{Effective, Settings};
use zulipkit_integrations::find;
use zulipkit_notify::{Event, Limits, Rules, To};
use zulipkit_settings::Loaded;

/// Reads settings as from a file, in a folder that has every template which an example could name, and checks them.
pub(crate) fn read<S: Settings>(name: &str, text: &str) -> Loaded<S> {
    let folder = tempfile::tempdir().unwrap();
    let templates = folder.path().join("templates");
    std::fs::create_dir(&templates).unwrap();
    for text in find(name).unwrap().product.texts {
        std::fs::write(templates.join(format!("{}.md", text.name)), "Words.").unwrap();
    }
    let path = folder.path().join(format!("{name}.toml"));
    let settings = zulipkit_settings::read_text::<S>(S::DEFAULTS, &path, text);
    let settings = settings.unwrap_or_else(|error| panic!("{}", error.render(false)));
    let faults = match rules(name, &settings) {
        Ok(rules) => rules.check(),
        Err(fault) => vec![fault],
    };
    let faults: Vec<_> = faults.iter().map(|fault| fault.render(false)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    settings
}

/// Returns the settings that an integration's page gives as examples.
pub(crate) fn examples(name: &str) -> Vec<&'static str> {
    let examples = find(name).unwrap().docs.split("```toml\n").skip(1);
    examples
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

/// Takes the comment signs away from the examples in annotated default settings.
pub(crate) fn uncommented(defaults: &str) -> String {
    let example = |line: &&str| {
        line.starts_with('[')
            || line.split_once('=').is_some_and(|(name, _)| {
                !name.trim().contains([' ', '{', '.']) || name.starts_with('"')
            })
    };
    let lines = defaults.lines().filter_map(|line| {
        line.strip_prefix("# ")
            .filter(example)
            .or((!line.starts_with('#')).then_some(line))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Renders a fixture in a style: the topic in brackets, then the message.
pub(crate) fn message<S: Settings>(name: &str, fixture: &str, style: &str) -> String {
    let settings = format!("[templates]\nstyle = {style:?}\n");
    render::<S>(name, &event(name, fixture), &settings)
}

/// Reads the event of a fixture.
pub(crate) fn event(name: &str, fixture: &str) -> Event {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it");
    let path = format!("{folder}/{name}/fixtures/{fixture}.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Renders an event by settings of one's own.
pub(crate) fn render<S: Settings>(name: &str, event: &Event, settings: &str) -> String {
    let path = format!("{name}.toml");
    let settings = zulipkit_settings::read_text::<S>(S::DEFAULTS, path.as_ref(), settings);
    let rendered = rules(name, &settings.unwrap()).unwrap().render(event);
    let warnings = rendered
        .warnings
        .iter()
        .map(|warning| warning.render(false));
    assert_eq!(warnings.collect::<String>(), "");
    assert_eq!(rendered.outgoing.len(), 1);
    let To::Channel { topic, .. } = &rendered.outgoing[0].to else {
        panic!("{:?}", rendered.outgoing);
    };
    format!("[{topic}]\n{}", rendered.outgoing[0].content)
}

/// Puts together the rules of settings.
pub(crate) fn rules<S: Settings>(name: &str, settings: &Loaded<S>) -> zulipkit_diag::Result<Rules> {
    let integration = find(name).unwrap();
    integration.rules(Effective::of(settings), Limits::default())
}
