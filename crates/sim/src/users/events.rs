//! What others are told when accounts come and change.

use serde_json::{Value, json};

use crate::{events::Audience, ids::UserId, organization::Organization, register::realm_bot};

impl Organization {
    /// Tells everybody of a new account, and a bot's owner of all that only they may know.
    pub(crate) fn publish_new_user(&mut self, id: UserId) {
        let Some(user) = self.users.get(&id) else {
            return;
        };
        let mut person = user.to_json();
        person["avatar_url"] = user.avatar_url().into();
        if !user.is_bot() {
            person["profile_data"] = json!({});
        }
        let bot = user.owner.map(|owner| (owner, realm_bot(user)));
        let event = json!({"type": "realm_user", "op": "add", "person": person});
        self.publish(Audience::Everyone, event);
        if let Some((owner, bot)) = bot {
            let event = json!({"type": "realm_bot", "op": "add", "bot": bot});
            self.publish(Audience::User(owner), event);
        }
    }

    /// Tells that something about an account is otherwise now.
    pub(crate) fn publish_changed_user(&mut self, id: UserId, key: &str, value: impl Into<Value>) {
        let changed = json!({"user_id": id, key: value.into()});
        let event = json!({"type": "realm_user", "op": "update", "person": changed});
        self.publish(Audience::Everyone, event);
        self.publish_changed_bot(id, changed);
    }

    /// Tells a bot's owner what changed; of a person nothing is told here.
    pub(crate) fn publish_changed_bot(&mut self, id: UserId, changed: Value) {
        if let Some(owner) = self.users.get(&id).and_then(|user| user.owner) {
            let event = json!({"type": "realm_bot", "op": "update", "bot": changed});
            self.publish(Audience::User(owner), event);
        }
    }
}
