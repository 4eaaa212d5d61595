//! What the endpoints must be: `description.txt` has the facts of Zulip's published description, `beyond.txt` what servers
//! understand besides. Where the description itself lies beside the workspace, the facts are compared with it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fs, iter};

use serde_json::Value;
use zulipkit_api::operations::ALL;

/// Names of parameters, and whether they are required.
type Parameters = BTreeMap<String, bool>;
/// Operations by method and path.
type Operations = BTreeMap<String, Parameters>;

/// Paths of the description that do not exist: what they document is the form of events, errors and outgoing webhooks.
const NO_PATHS: [&str; 3] = [
    "/real-time",
    "/rest-error-handling",
    "/zulip-outgoing-webhook",
];

#[test]
fn endpoints_are_what_the_api_has() {
    let mut known = Operations::new();
    let described = include_str!("../data/description.txt");
    for (operation, _name, parameters) in lines(described).map(described_line) {
        known.insert(operation, parameters);
    }
    for line in lines(include_str!("../data/beyond.txt")) {
        let (operation, parameters) = beyond_line(line);
        let before = known.entry(operation).or_default();
        for (name, required) in parameters {
            assert_eq!(before.insert(name, required), None, "twice: {line}");
        }
    }
    let mut ours = Operations::new();
    for operation in ALL {
        let key = format!("{} {}", operation.method, operation.path);
        let parameters = operation.parameters();
        let parameters = parameters.map(|one| (one.name.to_owned(), one.required));
        assert_eq!(
            ours.insert(key.clone(), parameters.collect()),
            None,
            "twice: {key}"
        );
    }
    let names = |operations: &Operations| operations.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(&ours), names(&known));
    for (operation, parameters) in known {
        assert_eq!(ours[&operation], parameters, "{operation}");
    }
}

#[test]
fn parameters_of_paths_are_required() {
    for operation in ALL {
        for part in operation.path.split('/') {
            let Some(name) = part
                .strip_prefix('{')
                .and_then(|part| part.strip_suffix('}'))
            else {
                continue;
            };
            let parameter = operation.parameters().find(|one| one.name == name);
            assert!(
                parameter.is_some_and(|one| one.required),
                "{} {name}",
                operation.path
            );
        }
    }
}

#[test]
fn no_endpoint_is_forgotten() {
    let mut written = BTreeSet::new();
    collect(
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")),
        &mut written,
    );
    let listed: BTreeSet<_> = ALL
        .iter()
        .map(|one| format!("{}: {} \"{}\"", one.name, one.method, one.path))
        .collect();
    assert_eq!(written, listed);
    assert_eq!(listed.len(), ALL.len());
}

/// Finds what `endpoint!` is given in the sources: `Name: METHOD "path"`.
fn collect(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        // The path may stand on a line of its own.
        let heads = source.split("endpoint! {").skip(1);
        let heads = heads.filter_map(|rest| rest.split_once("pub struct ")?.1.split_once(" ->"));
        found.extend(heads.map(|(head, _)| head.split_whitespace().collect::<Vec<_>>().join(" ")));
    }
}

#[test]
fn the_facts_are_those_of_the_description() {
    let Some(description) = description() else {
        return;
    };
    let mut facts = BTreeSet::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        if NO_PATHS.contains(&path.as_str()) {
            continue;
        }
        for (method, operation) in methods.as_object().unwrap() {
            let operation = resolve(&description, operation);
            let name = operation["operationId"].as_str().unwrap();
            let parameters = parameters_of(&description, operation);
            facts.insert((
                format!("{} {path}", method.to_uppercase()),
                name.to_owned(),
                parameters,
            ));
        }
    }
    let kept: BTreeSet<_> = lines(include_str!("../data/description.txt"))
        .map(described_line)
        .collect();
    assert_eq!(kept, facts);
}

#[test]
fn answers_of_the_description_are_understood() {
    let Some(description) = description() else {
        return;
    };
    let mut examples = 0;
    for operation in ALL {
        let method = operation.method.as_str().to_lowercase();
        let Some(described) = description["paths"]
            .get(operation.path)
            .and_then(|path| path.get(method))
        else {
            continue;
        };
        let answer = resolve(
            &description,
            &resolve(&description, described)["responses"]["200"],
        );
        for example in answer_examples(&description, &answer["content"]["application/json"]) {
            if example["result"] == "success" {
                examples += 1;
                let outcome = operation.check_answer(example);
                assert!(
                    outcome.is_ok(),
                    "{}: {outcome:?}\n{example}",
                    operation.name
                );
            }
        }
    }
    assert!(examples > 100, "{examples}");
}

fn answer_examples<'d>(description: &'d Value, content: &'d Value) -> Vec<&'d Value> {
    let schema = resolve(description, &content["schema"]);
    let several = content["examples"].as_object().into_iter().flatten();
    let several = several.map(|(_, example)| &resolve(description, example)["value"]);
    let parts = list(&schema["oneOf"]).chain(list(&schema["allOf"]));
    let alternatives = parts.map(|one| &resolve(description, one)["example"]);
    [&schema["example"], &content["example"]]
        .into_iter()
        .chain(several)
        .chain(alternatives)
        .collect()
}

/// Returns the description, if it lies beside the workspace.
pub(crate) fn description() -> Option<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = path.join("../../../shared/reference/zulip-openapi.yaml");
    let text = fs::read_to_string(path).ok()?;
    let options = serde_saphyr::options! { budget: None };
    Some(serde_saphyr::from_str_with_options(&text, options).unwrap())
}

/// Returns the examples of all types of events.
pub(crate) fn event_examples(description: &Value) -> Vec<&Value> {
    let answer = resolve(
        description,
        &description["paths"]["/events"]["get"]["responses"]["200"],
    );
    let answer = resolve(
        description,
        &answer["content"]["application/json"]["schema"],
    );
    let events =
        list(&answer["allOf"]).find_map(|part| part.pointer("/properties/events/items/oneOf"));
    list(events.unwrap())
        .filter_map(|event| event.get("example"))
        .collect()
}

fn parameters_of(description: &Value, operation: &Value) -> Parameters {
    let mut all = Parameters::new();
    for parameter in list(&operation["parameters"]) {
        let parameter = resolve(description, parameter);
        let name = parameter["name"].as_str().unwrap();
        all.insert(name.to_owned(), parameter["required"] == true);
    }
    let body = resolve(description, &operation["requestBody"]);
    for content in body["content"].as_object().into_iter().flatten() {
        fields(description, &content.1["schema"], &mut all);
    }
    all
}

/// Collects the properties of an object, and of those of which it is composed.
fn fields(description: &Value, schema: &Value, all: &mut Parameters) {
    let schema = resolve(description, schema);
    for part in list(&schema["allOf"]) {
        fields(description, part, all);
    }
    for name in schema["properties"].as_object().into_iter().flatten() {
        all.insert(name.0.clone(), false);
    }
    for name in list(&schema["required"]) {
        all.insert(name.as_str().unwrap().to_owned(), true);
    }
}

fn resolve<'d>(description: &'d Value, value: &'d Value) -> &'d Value {
    let reference = |value: &'d Value| value["$ref"].as_str();
    iter::successors(Some(value), |value| {
        description.pointer(reference(value)?.strip_prefix('#')?)
    })
    .last()
    .unwrap()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.starts_with('#'))
}

/// Reads `METHOD path name parameter!…`.
fn described_line(line: &str) -> (String, String, Parameters) {
    let mut words = line.split(' ');
    let operation = operation(&mut words);
    let name = words.next().unwrap().to_owned();
    (operation, name, words.map(parameter).collect())
}

/// Reads `METHOD path parameter!…`.
fn beyond_line(line: &str) -> (String, Parameters) {
    let mut words = line.split(' ');
    let operation = operation(&mut words);
    (operation, words.map(parameter).collect())
}

fn operation<'l>(words: &mut impl Iterator<Item = &'l str>) -> String {
    format!("{} {}", words.next().unwrap(), words.next().unwrap())
}

fn parameter(word: &str) -> (String, bool) {
    match word.strip_suffix('!') {
        Some(name) => (name.to_owned(), true),
        None => (word.to_owned(), false),
    }
}
