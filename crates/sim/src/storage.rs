//! PUT, GET and DELETE /bot_storage

use serde_json::{Map, Value, json};

use crate::{
    call::{Outcome, Request, done, success},
    errors::ApiError,
    organization::Organization,
};

/// Characters of keys and values that an account may store.
const LIMIT: usize = 10_000_000;

fn no_key() -> ApiError {
    ApiError::bad("Key does not exist.")
}

pub(crate) fn put(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = request.user()?;
    let Value::Object(given) = request.params().required_json("storage")? else {
        return Err(ApiError::bad("storage is not a dict"));
    };
    let mut storage = organization.storage.get(&user).cloned().unwrap_or_default();
    for (key, value) in given {
        let Value::String(value) = value else {
            return Err(ApiError::bad(format!("storage[\"{key}\"] is not a string")));
        };
        storage.insert(key, value);
    }
    let size: usize = storage
        .iter()
        .map(|(key, value)| key.chars().count() + value.chars().count())
        .sum();
    if size > LIMIT {
        let over = size - LIMIT;
        let words = format!(
            "Request exceeds storage limit by {over} characters. The limit is {LIMIT} characters."
        );
        return Err(ApiError::bad(words));
    }
    organization.storage.insert(user, storage);
    done()
}

pub(crate) fn get(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let keys = request.params().strings("keys")?;
    let storage = organization.storage.entry(request.user()?).or_default();
    let keys = keys.unwrap_or_else(|| storage.keys().cloned().collect());
    let mut found = Map::new();
    for key in keys {
        let value = storage.get(&key).ok_or_else(no_key)?;
        found.insert(key, value.as_str().into());
    }
    success(json!({"storage": found}))
}

pub(crate) fn delete(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let keys = request.params().strings("keys")?;
    let storage = organization.storage.entry(request.user()?).or_default();
    let keys = keys.unwrap_or_else(|| storage.keys().cloned().collect());
    if keys.iter().any(|key| !storage.contains_key(key)) {
        return Err(no_key());
    }
    storage.retain(|key, _| !keys.contains(key));
    done()
}
