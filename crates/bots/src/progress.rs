use std::time::Duration;

use tokio::time::Instant;
use zulipkit_api::MessageId;
use zulipkit_diag::Result;

use crate::{Context, Posted};

/// How far apart edits are: a server allows 200 requests a minute, for all that the bot does.
const APART: Duration = Duration::from_secs(2);

/// An answer that grows: one message, which is edited as the work goes on.
///
/// [`Progress::update`] shows how far it is, now and then; [`Progress::finish`] says the end, for certain.
#[derive(Debug)]
#[must_use = "an answer that is not finished stays as it is"]
pub struct Progress {
    context: Context,
    /// The message. While it is only kept, there is nothing to edit.
    message: Option<MessageId>,
    shown: String,
    edited: Instant,
}

impl Progress {
    /// Answers with the first text.
    pub(crate) async fn start(context: &Context, text: String) -> Result<Self> {
        let posted = context.post(context.answer(text.as_str())?).await?;
        Ok(Self {
            context: context.clone(),
            message: posted.id(),
            shown: text,
            edited: Instant::now(),
        })
    }

    /// Shows how far the work is, unless the last text is too new. It does no harm if that cannot be shown.
    pub async fn update(&mut self, text: impl Into<String>) {
        let text = text.into();
        let Some(message) = self.message else {
            return;
        };
        if self.edited.elapsed() < APART || text == self.shown {
            return;
        }
        match self.context.edit(message, text.as_str()).await {
            Ok(()) => self.shown = text,
            Err(error) => tracing::debug!("progress is not shown: {error}"),
        }
        self.edited = Instant::now();
    }

    /// Says the end, in the same message if it can be edited, else in one of its own.
    ///
    /// # Errors
    /// It can be said in neither.
    pub async fn finish(self, text: impl Into<String>) -> Result<Posted> {
        let text = text.into();
        let Some(message) = self.message else {
            return self.context.post(self.context.answer(text)?).await;
        };
        if text == self.shown {
            return Ok(Posted::There(message));
        }
        match self.context.edit(message, text.as_str()).await {
            Ok(()) => Ok(Posted::There(message)),
            Err(error) => {
                tracing::debug!("the end is said in a message of its own: {error}");
                self.context.post(self.context.answer(text)?).await
            }
        }
    }
}
