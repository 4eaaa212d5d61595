//! From what the plugin says to events.

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use zulipkit_diag::Result;

use super::changes::{action, milestone_change, told};
use super::facts::{
    Action, Attachment, Changeset, Comment, Common, FileChange, Files, Milestone, Page, Resource,
    TicketChanged, TicketCreated, TicketDeleted,
};
use super::options::Settings;
use super::said;
use super::tickets::{comment_url, many, same, ticket};
use super::values::{author, beginning, link, or_placeholder, size_text};
use crate::Collected;
use crate::driver::Call;
use crate::plugin::{self, Said};

/// Reads what the plugin said.
pub fn collect(call: &Call, settings: &Settings, now: Timestamp) -> Collected {
    let (events, warnings) = plugin::read(&call.input);
    let mut collector = Collector {
        settings,
        now,
        alike: Vec::new(),
        collected: Collected {
            warnings,
            ..Collected::default()
        },
    };
    for event in &events {
        if let Err(warning) = collector.event(event) {
            collector.collected.warnings.push(warning);
        }
    }
    collector.flush();
    collector.collected
}

struct Collector<'a> {
    settings: &'a Settings,
    now: Timestamp,
    /// Changes of tickets that came one after the other and say the same; not told yet.
    alike: Vec<Changed>,
    collected: Collected,
}

/// A change of a ticket that is not told yet.
pub(super) struct Changed {
    pub(super) happened: Timestamp,
    pub(super) common: said::Common,
    pub(super) ticket: said::Ticket,
    pub(super) news: said::TicketNews,
}

impl Collector<'_> {
    fn event(&mut self, event: &Said) -> Result<()> {
        if event.kind == "ticket_changed" {
            return self.ticket_changed(event);
        }
        self.flush();
        match event.kind.as_str() {
            "ticket_created" => self.ticket_created(event),
            "ticket_deleted" => self.ticket_deleted(event),
            "comment_edited" | "comment_deleted" => self.comment(event),
            "attachment_added" | "attachment_deleted" => self.attachment(event),
            "page_created"
            | "page_changed"
            | "page_renamed"
            | "page_deleted"
            | "page_version_deleted" => self.page(event),
            "milestone_created"
            | "milestone_changed"
            | "milestone_completed"
            | "milestone_deleted" => self.milestone(event),
            "changeset_added" | "changeset_modified" => self.changeset(event),
            _ => Err(event.unknown_kind()),
        }
    }

    /// Tells of the changes that were held back: of all together, if they are enough.
    fn flush(&mut self) {
        let alike = std::mem::take(&mut self.alike);
        let least = self.settings.trac.batch;
        if least > 0 && alike.len() >= least.max(2) {
            let happened = alike[0].happened;
            let common = self.common(&alike[0].common, "", String::new());
            if let Some(facts) = many(&alike, common, self.settings) {
                self.tell("tickets_changed", &facts, happened);
            }
            return;
        }
        for changed in alike {
            self.one_changed(&changed);
        }
    }

    fn ticket_created(&mut self, event: &Said) -> Result<()> {
        let (common, said) = self.read::<said::Ticket>(event)?;
        let news: said::TicketNews = event.facts()?;
        let facts = TicketCreated {
            common: self.common(&common, "ticket", said.id.to_string()),
            ticket: ticket(&said, self.settings),
            description: beginning(news.description.as_deref()),
        };
        self.tell("ticket_created", &facts, event.happened(self.now));
        Ok(())
    }

    fn ticket_changed(&mut self, event: &Said) -> Result<()> {
        let (common, ticket) = self.read::<said::Ticket>(event)?;
        let changed = Changed {
            happened: event.happened(self.now),
            common,
            ticket,
            news: event.facts()?,
        };
        if self.alike.last().is_some_and(|last| !same(last, &changed)) {
            self.flush();
        }
        self.alike.push(changed);
        Ok(())
    }

    fn one_changed(&mut self, changed: &Changed) {
        let options = &self.settings.trac;
        let id = changed.ticket.id.to_string();
        let ticket = ticket(&changed.ticket, self.settings);
        let changes = told(&changed.news.changes, options);
        let comment = match options.tells("comment") {
            true => beginning(changed.news.comment.as_deref()),
            false => String::new(),
        };
        if changes.is_empty() && comment.is_empty() {
            return;
        }
        let number = changed.news.comment_number.as_deref();
        let facts = TicketChanged {
            common: self.common(&changed.common, "ticket", id),
            action: action(&changes),
            comment_url: comment_url(&ticket, number),
            ticket,
            changes,
            comment,
        };
        let kind = match facts.action {
            Action::Commented => "comment_added",
            _ => "ticket_changed",
        };
        self.tell(kind, &facts, changed.happened);
    }

    fn ticket_deleted(&mut self, event: &Said) -> Result<()> {
        let (common, said) = self.read::<said::Ticket>(event)?;
        let facts = TicketDeleted {
            common: self.common(&common, "ticket", said.id.to_string()),
            ticket: ticket(&said, self.settings),
        };
        self.tell("ticket_deleted", &facts, event.happened(self.now));
        Ok(())
    }

    fn comment(&mut self, event: &Said) -> Result<()> {
        let (common, said) = self.read::<said::Ticket>(event)?;
        let news: said::TicketNews = event.facts()?;
        let ticket = ticket(&said, self.settings);
        let facts = Comment {
            common: self.common(&common, "ticket", said.id.to_string()),
            comment_url: comment_url(&ticket, news.comment_number.as_deref()),
            ticket,
            comment_number: news.comment_number.clone(),
            comment: beginning(news.comment.as_deref()),
            old_comment: beginning(news.old_comment.as_deref()),
            changes: told(&news.changes, &self.settings.trac),
        };
        self.tell(&event.kind, &facts, event.happened(self.now));
        Ok(())
    }

    fn attachment(&mut self, event: &Said) -> Result<()> {
        let (common, said) = self.read::<said::Attachment>(event)?;
        let realm = match said.realm.as_str() {
            "ticket" => "ticket",
            "milestone" => "milestone",
            _ => "wiki",
        };
        let common = self.common(&common, realm, said.parent.clone());
        let facts = Attachment {
            parent_url: common.resource.url(),
            common,
            filename: or_placeholder(&said.filename, "(no name)"),
            attachment_url: link(&said.url),
            download_url: link(&said.download_url),
            size: said.size,
            size_text: size_text(said.size),
            description: beginning(said.description.as_deref()),
            ticket: said.ticket.as_ref().map(|said| ticket(said, self.settings)),
            realm: said.realm,
            parent: said.parent,
        };
        self.tell(&event.kind, &facts, event.happened(self.now));
        Ok(())
    }

    fn page(&mut self, event: &Said) -> Result<()> {
        let (common, said) = self.read::<said::Page>(event)?;
        let facts = Page {
            common: self.common(&common, "wiki", said.page.clone()),
            page: or_placeholder(&said.page, "(no name)"),
            old_page: said.old_page,
            url: link(&said.url),
            version: said.version,
            diff_url: link(&said.diff_url),
            comment: beginning(said.comment.as_deref()),
            text: beginning(said.text.as_deref()),
        };
        self.tell(&event.kind, &facts, event.happened(self.now));
        Ok(())
    }

    fn milestone(&mut self, event: &Said) -> Result<()> {
        let (common, said) = self.read::<said::Milestone>(event)?;
        let renamed = said.changes.iter().find(|change| change.field == "name");
        let facts = Milestone {
            common: self.common(&common, "milestone", said.milestone.clone()),
            milestone: or_placeholder(&said.milestone, "(no name)"),
            old_milestone: renamed.and_then(|change| change.old.clone()),
            url: link(&said.url),
            description: beginning(said.description.as_deref()),
            due: said.due,
            completed: said.completed,
            changes: said.changes.iter().map(milestone_change).collect(),
        };
        self.tell(&event.kind, &facts, event.happened(self.now));
        Ok(())
    }

    fn changeset(&mut self, event: &Said) -> Result<()> {
        let (common, said) = self.read::<said::Changeset>(event)?;
        let message = beginning(said.message.as_deref()).trim_end().to_owned();
        let subject = message.lines().next().unwrap_or_default();
        let facts = Changeset {
            common: self.common(&common, "changeset", said.revision.clone()),
            repository: said.repository.unwrap_or_default(),
            short: said.short_revision.unwrap_or_else(|| said.revision.clone()),
            revision: said.revision,
            url: link(&said.url),
            subject: or_placeholder(subject, "(no subject)"),
            message,
            old_message: beginning(said.old_message.as_deref()),
            files: files(&said.files, self.settings.trac.files),
            paths: said.files.into_iter().map(|file| file.path).collect(),
        };
        self.tell(&event.kind, &facts, event.happened(self.now));
        Ok(())
    }

    fn read<T: DeserializeOwned>(&self, event: &Said) -> Result<(said::Common, T)> {
        Ok((event.facts()?, event.facts()?))
    }

    fn common(&self, said: &said::Common, realm: &'static str, id: String) -> Common {
        let base_url = link(&said.base_url);
        Common {
            project: or_placeholder(&said.project, "Trac"),
            author: said
                .author
                .as_ref()
                .map(|said| author(said, &self.settings.people)),
            resource: Resource {
                base_url: base_url.clone(),
                realm,
                id,
            },
            base_url,
        }
    }

    fn tell(&mut self, kind: &str, facts: &impl Serialize, happened: Timestamp) {
        self.collected.tell(super::NAME, kind, facts, happened);
    }
}

/// Sums up the files of a changeset, and lists the first of them.
fn files(said: &[said::File], most: usize) -> Files {
    let change = |file: &said::File| match file.change.as_str() {
        "add" | "copy" => FileChange::Added,
        "delete" => FileChange::Deleted,
        _ => FileChange::Modified,
    };
    let changes = said.iter().map(|file| (file.path.as_str(), change(file)));
    Files::of(changes, most, |_| None)
}
