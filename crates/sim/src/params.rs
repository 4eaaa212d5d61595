//! How parameters are read: from the URL and from a form body, never from a JSON body; the form wins, and of two equal
//! names the last. Values that are not text are JSON.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use axum::body::Bytes;
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{errors::ApiError, saved};

/// The parameters of a request. It remembers which names were asked for: the rest is what the server calls
/// `ignored_parameters_unsupported`.
#[derive(Debug, Default)]
pub(crate) struct Params {
    pairs: Vec<(String, String)>,
    known: Mutex<BTreeSet<&'static str>>,
}

impl Params {
    /// `pairs` in the order of precedence, the strongest last.
    pub(crate) fn new(pairs: Vec<(String, String)>) -> Self {
        Self {
            pairs,
            known: Mutex::default(),
        }
    }

    fn known(&self) -> MutexGuard<'_, BTreeSet<&'static str>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// The value without remembering that anyone asked.
    pub(crate) fn peek(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .rev()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Names that the endpoint takes, even where it does not look at them.
    pub(crate) fn accept(&self, names: &[&'static str]) {
        self.known().extend(names);
    }

    /// Names that were given and that the endpoint does not know, sorted; none for an endpoint that takes no parameters.
    pub(crate) fn ignored(&self) -> Vec<&str> {
        let known = self.known();
        if known.is_empty() {
            return Vec::new();
        }
        let names: BTreeSet<&str> = self.pairs.iter().map(|(name, _)| name.as_str()).collect();
        names
            .into_iter()
            .filter(|name| !known.contains(name) && !matches!(*name, "client" | "method"))
            .collect()
    }

    pub(crate) fn text(&self, name: &'static str) -> Option<&str> {
        self.known().insert(name);
        self.peek(name)
    }

    pub(crate) fn required(&self, name: &'static str) -> Result<&str, ApiError> {
        self.text(name).ok_or_else(|| ApiError::missing(name))
    }

    pub(crate) fn json(&self, name: &'static str) -> Result<Option<Value>, ApiError> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        match serde_json::from_str(text) {
            Ok(value) => Ok(Some(value)),
            Err(_) => Err(ApiError::bad(format!("{name} is not valid JSON"))),
        }
    }

    pub(crate) fn required_json(&self, name: &'static str) -> Result<Value, ApiError> {
        self.json(name)?.ok_or_else(|| ApiError::missing(name))
    }

    pub(crate) fn flag(&self, name: &'static str) -> Result<Option<bool>, ApiError> {
        match self.json(name)? {
            None => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(value)),
            Some(_) => Err(ApiError::bad(format!("{name} is not a boolean"))),
        }
    }

    pub(crate) fn integer(&self, name: &'static str) -> Result<Option<i64>, ApiError> {
        match self.json(name)? {
            None => Ok(None),
            Some(value) => match value.as_i64() {
                Some(number) => Ok(Some(number)),
                None => Err(ApiError::bad(format!("{name} is not an integer"))),
            },
        }
    }

    /// An integer that is not below zero.
    pub(crate) fn count(&self, name: &'static str) -> Result<Option<u64>, ApiError> {
        match self.integer(name)? {
            None => Ok(None),
            Some(number) => match u64::try_from(number) {
                Ok(count) => Ok(Some(count)),
                Err(_) => Err(ApiError::bad(format!("{name} is too small"))),
            },
        }
    }

    pub(crate) fn list(&self, name: &'static str) -> Result<Option<Vec<Value>>, ApiError> {
        match self.json(name)? {
            None => Ok(None),
            Some(Value::Array(items)) => Ok(Some(items)),
            Some(_) => Err(ApiError::bad(format!("{name} is not a list"))),
        }
    }

    pub(crate) fn strings(&self, name: &'static str) -> Result<Option<Vec<String>>, ApiError> {
        self.elements(name, "a string", |value| value.as_str().map(str::to_owned))
    }

    pub(crate) fn ids(&self, name: &'static str) -> Result<Option<Vec<u64>>, ApiError> {
        self.elements(name, "an integer", Value::as_u64)
    }

    fn elements<T>(
        &self,
        name: &'static str,
        kind: &str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Result<Option<Vec<T>>, ApiError> {
        let Some(items) = self.list(name)? else {
            return Ok(None);
        };
        let each = |(index, item)| {
            read(item).ok_or_else(|| ApiError::bad(format!("{name}[{index}] is not {kind}")))
        };
        items
            .iter()
            .enumerate()
            .map(each)
            .collect::<Result<_, _>>()
            .map(Some)
    }
}

/// Reads `a=1&b=two+words`, from a URL or a form body.
pub(crate) fn parse_pairs(text: &str) -> Vec<(String, String)> {
    let decode = |part: &str| {
        percent_decode_str(&part.replace('+', " "))
            .decode_utf8_lossy()
            .into_owned()
    };
    let pair = |part: &str| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        (decode(name), decode(value))
    };
    text.split('&')
        .filter(|part| !part.is_empty())
        .map(pair)
        .collect()
}

/// A file of a multipart form.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct File {
    /// The last part of the name as it was sent.
    pub(crate) name: String,
    pub(crate) content_type: Option<String>,
    #[serde(with = "saved::base64")]
    pub(crate) bytes: Bytes,
}

/// Reads a body of the given content type: the fields of a form, and the files of a multipart one. Of a body that is
/// neither, or broken, nothing is read.
pub(crate) async fn read_form(
    content_type: &str,
    body: Bytes,
) -> (Vec<(String, String)>, Vec<File>) {
    if content_type.starts_with("application/x-www-form-urlencoded") {
        return (parse_pairs(&String::from_utf8_lossy(&body)), Vec::new());
    }
    let (mut fields, mut files) = (Vec::new(), Vec::new());
    let Ok(boundary) = multer::parse_boundary(content_type) else {
        return (fields, files);
    };
    let stream = futures_util::stream::once(async move { Ok::<_, std::convert::Infallible>(body) });
    let mut multipart = multer::Multipart::new(stream, boundary);
    while let Ok(Some(field)) = multipart.next_field().await {
        let name = field.name().unwrap_or_default().to_owned();
        let file_name = field
            .file_name()
            .map(|path| path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned());
        let content_type = field.content_type().map(ToString::to_string);
        let Ok(bytes) = field.bytes().await else {
            break;
        };
        match file_name {
            Some(name) => files.push(File {
                name,
                content_type,
                bytes,
            }),
            None => fields.push((name, String::from_utf8_lossy(&bytes).into_owned())),
        }
    }
    (fields, files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_two_equal_names_wins() {
        let params = Params::new(parse_pairs("a=1&b=two+%C3%A4&a=3"));
        assert_eq!(params.text("a"), Some("3"));
        assert_eq!(params.text("b"), Some("two ä"));
        assert_eq!(params.text("c"), None);
    }

    #[test]
    fn names_that_nobody_asked_for_are_ignored_ones() {
        let params = Params::new(parse_pairs("zz=1&content=x&aa=2&client=test"));
        assert_eq!(
            params.ignored(),
            [""; 0],
            "an endpoint without parameters names none"
        );
        params.accept(&["content"]);
        assert_eq!(params.ignored(), ["aa", "zz"]);
    }

    #[test]
    fn a_value_of_a_wrong_type_is_named() {
        let params = Params::new(parse_pairs(
            "number=many&text=\"1\"&below=-1&list=[1,\"a\"]",
        ));
        let words = |error: ApiError| error.words();
        assert_eq!(
            words(params.integer("number").unwrap_err()),
            "number is not valid JSON"
        );
        assert_eq!(
            words(params.integer("text").unwrap_err()),
            "text is not an integer"
        );
        assert_eq!(
            words(params.count("below").unwrap_err()),
            "below is too small"
        );
        assert_eq!(
            words(params.strings("list").unwrap_err()),
            "list[0] is not a string"
        );
    }
}
