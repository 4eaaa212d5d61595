//! Values as Python writes them, which is how a real server shows them to people.

use serde_json::Value;

/// `str(value)` of a value that was JSON.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => literal(other),
    }
}

/// `repr(value)` of a value that was JSON.
fn literal(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => string(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(literal).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(pairs) => {
            let pair =
                |(key, value): (&String, &Value)| format!("{}: {}", string(key), literal(value));
            let pairs: Vec<String> = pairs.iter().map(pair).collect();
            format!("{{{}}}", pairs.join(", "))
        }
    }
}

/// `repr(text)`
pub(super) fn string(text: &str) -> String {
    let quote = quote(text.contains('\''), text.contains('"'));
    let escaped = text.chars().map(|character| match character {
        plain if plain.is_ascii() => byte(plain as u8, quote),
        control if control.is_control() => format!("\\x{:02x}", u32::from(control)),
        other => other.to_string(),
    });
    format!("{quote}{}{quote}", escaped.collect::<String>())
}

/// `repr(bytes)`
pub(super) fn bytes(bytes: &[u8]) -> String {
    let quote = quote(bytes.contains(&b'\''), bytes.contains(&b'"'));
    let escaped = bytes.iter().map(|one| byte(*one, quote));
    format!("b{quote}{}{quote}", escaped.collect::<String>())
}

/// Double quotes are used only where they save escaping single ones.
fn quote(has_single: bool, has_double: bool) -> char {
    if has_single && !has_double { '"' } else { '\'' }
}

fn byte(byte: u8, quote: char) -> String {
    match byte {
        b'\\' => "\\\\".to_owned(),
        b'\n' => "\\n".to_owned(),
        b'\r' => "\\r".to_owned(),
        b'\t' => "\\t".to_owned(),
        b' '..=b'~' if char::from(byte) == quote => format!("\\{quote}"),
        b' '..=b'~' => char::from(byte).to_string(),
        _ => format!("\\x{byte:02x}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_bytes_are_python_literals() {
        assert_eq!(string("it's \\ ä\n\u{7f}"), r#""it's \\ ä\n\x7f""#);
        assert_eq!(string("\"it's\""), r#"'"it\'s"'"#);
        assert_eq!(bytes("ä'".as_bytes()), r#"b"\xc3\xa4'""#);
        let value = serde_json::json!({"a": [1, 2.5, null, true, "x"]});
        assert_eq!(text(&value), "{'a': [1, 2.5, None, True, 'x']}");
    }
}
