//! Texts whose escaped form a real server has rendered: the reader saw exactly the text, and no markup.

use serde::Deserialize;
use zulipkit_markup::{block, code, code_block, escape, quote_block, topic, url};

#[derive(Debug, Deserialize)]
struct Vector {
    input: String,
    context: String,
    output: String,
}

#[test]
fn every_vector_comes_out_as_recorded() {
    let vectors: Vec<Vector> =
        serde_json::from_str(include_str!("data/escape.json")).expect("the vectors are JSON");
    assert!(vectors.len() > 700);
    let wrong: Vec<String> = vectors
        .iter()
        .filter_map(|vector| {
            let got = write(&vector.context, &vector.input);
            (got != vector.output).then(|| format!("{vector:?}\n  got {got:?}"))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn write(context: &str, input: &str) -> String {
    match context {
        "inline" | "bold" | "list" | "quote" => escape::inline(input),
        "link_label" => escape::label(input),
        "heading" => escape::heading(input),
        "table_cell" => escape::cell(input),
        "italic" => escape::italic(input),
        "strike" => escape::strike(input),
        "spoiler_header" => escape::spoiler_header(input),
        "block" => block(input),
        "quote_block" => quote_block(input),
        "code" => code(input),
        "code_block" => code_block(input, "text"),
        "url" => url(input),
        "topic" => topic(input, 60, "(no topic)"),
        unknown => panic!("a vector names the context {unknown}"),
    }
}
