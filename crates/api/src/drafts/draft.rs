//! `GET /drafts`, `POST /drafts`, `PATCH /drafts/{draft_id}`, `DELETE /drafts/{draft_id}`

use serde::{Deserialize, Serialize};
use serde_json::Number;

use crate::{ChannelId, DraftId, Empty, UserId};

endpoint! {
    /// Returns one's drafts.
    pub struct GetDrafts: GET "/drafts" -> Drafts {}
}

endpoint! {
    /// Stores drafts.
    pub struct CreateDrafts: POST "/drafts" -> DraftIds {
        optional {
            /// The drafts.
            drafts: Vec<NewDraft>,
        }
    }
}

endpoint! {
    /// Replaces a draft.
    pub struct EditDraft: PATCH "/drafts/{draft_id}" -> Empty {
        required {
            /// The draft.
            draft_id: DraftId,
            /// What it is from now on.
            draft: NewDraft,
        }
    }
}

endpoint! {
    /// Throws a draft away.
    pub struct DeleteDraft: DELETE "/drafts/{draft_id}" -> Empty {
        required {
            /// The draft.
            draft_id: DraftId,
        }
    }
}

open_enum! {
    /// Where a draft is to go.
    pub enum DraftType {
        /// Not decided yet.
        Undecided = "",
        /// To a channel.
        Channel = "stream" | "channel",
        /// To people.
        Direct = "private" | "direct",
    }
}

/// What a draft says, and where it is to go.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NewDraft {
    /// Where it is to go.
    #[serde(rename = "type")]
    pub kind: DraftType,
    /// The number of the channel, or the numbers of the people.
    pub to: Vec<u64>,
    /// The topic; empty for people.
    pub topic: String,
    /// The text in Markdown.
    pub content: String,
    /// When it was last changed, in seconds since 1970; now if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<i64>,
}

impl NewDraft {
    /// Builds one that is to go to a topic.
    pub fn to_topic(
        channel: ChannelId,
        topic: impl Into<String>,
        content: impl Into<String>,
    ) -> Self {
        Self {
            kind: DraftType::Channel,
            to: vec![channel.0],
            topic: topic.into(),
            content: content.into(),
            timestamp: None,
        }
    }

    /// Builds one that is to go to people.
    pub fn to_people(people: impl IntoIterator<Item = UserId>, content: impl Into<String>) -> Self {
        Self {
            kind: DraftType::Direct,
            to: people.into_iter().map(|user| user.0).collect(),
            topic: String::new(),
            content: content.into(),
            timestamp: None,
        }
    }
}

object! {
    /// A draft that the server keeps.
    pub struct Draft {
        required {
            /// Its number.
            id: DraftId,
            /// Where it is to go.
            kind as "type": DraftType,
            /// The number of the channel, or the numbers of the people.
            to: Vec<u64>,
            /// The topic; empty for people.
            topic: String,
            /// The text in Markdown.
            content: String,
        }
        optional {
            /// When it was last changed, in seconds since 1970.
            timestamp: Number,
        }
    }
}

object! {
    /// Answers [`GetDrafts`].
    pub struct Drafts {
        required {
            /// The drafts, in the order in which they were last changed.
            drafts: Vec<Draft>,
        }
    }
}

object! {
    /// Answers [`CreateDrafts`].
    pub struct DraftIds {
        required {
            /// The numbers, in the order of the drafts.
            ids: Vec<DraftId>,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn get_drafts_on_the_wire() {
        assert_wire(&GetDrafts::new(), "GET /drafts", &[]);
    }

    #[test]
    fn create_drafts_on_the_wire() {
        let mut endpoint = CreateDrafts::new();
        endpoint.drafts = Some(vec![NewDraft::to_people([UserId(9)], "x")]);
        assert_wire(
            &endpoint,
            "POST /drafts",
            &[(
                "drafts",
                r#"[{"type":"private","to":[9],"topic":"","content":"x"}]"#,
            )],
        );
    }

    #[test]
    fn edit_draft_on_the_wire() {
        assert_wire(
            &EditDraft::new(DraftId(7), NewDraft::to_topic(ChannelId(39), "t", "x")),
            "PATCH /drafts/7",
            &[(
                "draft",
                r#"{"type":"stream","to":[39],"topic":"t","content":"x"}"#,
            )],
        );
    }

    #[test]
    fn delete_draft_on_the_wire() {
        assert_wire(&DeleteDraft::new(DraftId(7)), "DELETE /drafts/7", &[]);
    }
}
