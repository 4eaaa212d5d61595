//! DELETE /messages/{id}

use super::Message;
use crate::{
    call::{Outcome, Request, done},
    errors::ApiError,
    ids::MessageId,
    organization::{Change, Organization},
};

/// Whose message it is may delete it, and administrators may delete all.
pub(crate) fn one(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = request.user()?;
    let message = organization.visible_message(user, request.id(0))?;
    let (id, is_own) = (message.id, message.sender == user);
    if !is_own && !organization.user(user)?.role.is_administrator() {
        return Err(ApiError::bad(
            "You don't have permission to delete this message",
        ));
    }
    organization.delete_messages(&[id]);
    done()
}

impl Organization {
    /// Deletes messages of one place.
    pub(crate) fn delete_messages(&mut self, ids: &[MessageId]) {
        let gone: Vec<Message> = ids
            .iter()
            .filter_map(|id| self.messages.remove(id))
            .collect();
        self.publish_deletion(&gone);
        self.page_changed(Change::Messages);
    }
}
