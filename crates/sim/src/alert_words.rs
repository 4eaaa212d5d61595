//! Alert words: a user is told of each message that has one.

use serde_json::{Value, json};

use crate::{
    call::{Outcome, Request, success},
    errors::ApiError,
    events::Audience,
    ids::UserId,
    organization::Organization,
    params::Params,
};

/// GET /users/me/alert_words
pub(crate) fn list(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let words = &organization.personal_mut(request.user()?).alert_words;
    success(json!({"alert_words": words}))
}

/// POST /users/me/alert_words
pub(crate) fn add(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = request.user()?;
    let words = read(request.params())?;
    let known = &mut organization.personal_mut(user).alert_words;
    for word in words {
        if !known.iter().any(|known| is_same(known, &word)) {
            known.push(word);
        }
    }
    success(organization.publish_alert_words(user))
}

/// DELETE /users/me/alert_words
pub(crate) fn remove(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = request.user()?;
    let words = read(request.params())?;
    let known = &mut organization.personal_mut(user).alert_words;
    known.retain(|known| !words.iter().any(|word| is_same(known, word)));
    success(organization.publish_alert_words(user))
}

fn read(params: &Params) -> Result<Vec<String>, ApiError> {
    let words = params
        .strings("alert_words")?
        .ok_or_else(|| ApiError::missing("alert_words"))?;
    let words = words.iter().map(|word| word.trim().to_owned());
    Ok(words.filter(|word| !word.is_empty()).collect())
}

fn is_same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

impl Organization {
    fn publish_alert_words(&mut self, user: UserId) -> Value {
        let words = json!(self.personal_mut(user).alert_words);
        let event = json!({"type": "alert_words", "alert_words": words});
        self.publish(Audience::User(user), event);
        json!({"alert_words": words})
    }

    /// Whether the content has one of the user's words, as a word of its own.
    pub(crate) fn alerts(&self, user: UserId, content: &str) -> bool {
        let words = self
            .personal
            .get(&user)
            .map(|personal| &personal.alert_words);
        let Some(words) = words.filter(|words| !words.is_empty()) else {
            return false;
        };
        let content = content.to_lowercase();
        words
            .iter()
            .any(|word| stands_in(&word.to_lowercase(), &content))
    }
}

fn stands_in(word: &str, content: &str) -> bool {
    let is_apart = |neighbour: Option<char>| neighbour.is_none_or(|c| !c.is_alphanumeric());
    content.match_indices(word).any(|(start, _)| {
        is_apart(content[..start].chars().next_back())
            && is_apart(content[start + word.len()..].chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::stands_in;

    #[test]
    fn an_alert_word_stands_alone() {
        assert!(stands_in("fire", "a fire!"));
        assert!(!stands_in("fire", "firewall"));
        assert!(stands_in("fire", "firewall on fire"));
    }
}
