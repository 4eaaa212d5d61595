//! Messages that are not yet sent: drafts, and snippets for use again and again.

mod draft;
mod snippets;

pub use draft::{
    CreateDrafts, DeleteDraft, Draft, DraftIds, DraftType, Drafts, EditDraft, GetDrafts, NewDraft,
};
pub use snippets::{
    CreateSnippet, DeleteSnippet, EditSnippet, GetSnippets, Snippet, SnippetNumber, Snippets,
};
