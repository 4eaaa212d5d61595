//! How Fossil is asked for artifacts, and what it answers: one line of JSON each.

use std::io::{self, BufRead as _, BufReader, Read};

use serde::Deserialize;

use crate::vcs::{Change, TextReader};

/// What Fossil knows of an artifact that stands in the timeline.
#[derive(Debug, Deserialize)]
pub(super) struct Artifact {
    pub(super) id: String,
    /// Its kind in the timeline.
    pub(super) kind: Kind,
    pub(super) user: String,
    /// The message of a check-in; of others what the timeline says of them, as HTML.
    pub(super) comment: String,
    pub(super) date: String,
    /// The login by which it came in.
    pub(super) pusher: Option<String>,
    /// The branch of a check-in.
    pub(super) branch: Option<String>,
    /// The parents of a check-in, the primary one first.
    pub(super) parents: Vec<String>,
    /// The tags that it gives or takes away.
    pub(super) marks: Vec<Mark>,
    /// The files of a check-in that differ from the primary parent.
    files: Vec<ChangedFile>,
    /// The artifact itself, unless it is a check-in.
    pub(super) content: Option<String>,
}

/// A kind of artifacts, by its letters in Fossil's table of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) enum Kind {
    #[serde(rename = "ci")]
    CheckIn,
    /// Tags, and edits of check-ins.
    #[serde(rename = "g")]
    Tag,
    /// A wiki page, or an attachment to one.
    #[serde(rename = "w")]
    Wiki,
    #[serde(rename = "t")]
    Ticket,
    #[serde(rename = "e")]
    TechNote,
    #[serde(rename = "f")]
    Forum,
    #[serde(other)]
    Other,
}

/// A tag in Fossil's sense, which is also how it keeps branches.
#[derive(Debug, Deserialize)]
pub(super) struct Mark {
    pub(super) name: String,
    /// 0 if it is taken away, 1 for this check-in alone, 2 if descendants inherit it.
    pub(super) kind: u8,
    /// The check-in that it is put on.
    pub(super) target: String,
    /// The branch of that check-in.
    pub(super) branch: Option<String>,
}

#[derive(Debug, Deserialize)]
struct ChangedFile {
    path: String,
    /// 0 if it was not there before.
    old: i64,
    /// 0 if it is gone.
    new: i64,
}

impl Artifact {
    /// Returns what happened to each file.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, Change)> {
        self.files.iter().map(|file| {
            let change = match (file.old, file.new) {
                (_, 0) => Change::Deleted,
                (old, _) if old <= 0 => Change::Added,
                _ => Change::Modified,
            };
            (file.path.as_str(), change)
        })
    }
}

/// Writes the question for these artifacts. What is no hash is left out.
pub(super) fn query<'a>(ids: impl Iterator<Item = &'a str>) -> String {
    let ids: Vec<String> = ids
        .filter(|id| id.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .map(|id| format!("('{id}')"))
        .collect();
    format!(
        "WITH said(id) AS (VALUES {}), \
         branch(rid, name) AS (SELECT rid, value FROM tagxref JOIN tag USING (tagid) \
             WHERE tagname = 'branch' AND tagtype > 0) \
         SELECT json_object(\
             'id', b.uuid, 'kind', e.type, \
             'user', coalesce(e.euser, e.user, ''), 'comment', coalesce(e.ecomment, e.comment, ''), \
             'date', strftime('%Y-%m-%dT%H:%M:%SZ', e.mtime), \
             'pusher', (SELECT login FROM rcvfrom JOIN user USING (uid) WHERE rcvid = b.rcvid), \
             'branch', (SELECT name FROM branch WHERE rid = b.rid), \
             'parents', json((SELECT json_group_array(uuid) FROM (SELECT p.uuid FROM plink JOIN blob p ON p.rid = pid \
                 WHERE cid = b.rid ORDER BY isprim DESC))), \
             'marks', json((SELECT json_group_array(json_object('name', tagname, 'kind', tagtype, 'target', t.uuid, \
                 'branch', (SELECT name FROM branch WHERE rid = t.rid))) \
                 FROM tagxref x JOIN tag USING (tagid) JOIN blob t ON t.rid = x.origid \
                 WHERE x.srcid = b.rid AND x.rid = x.origid)), \
             'files', json((SELECT json_group_array(json_object('path', name, 'old', pid, 'new', fid)) \
                 FROM mlink JOIN filename USING (fnid) WHERE mid = b.rid AND NOT isaux)), \
             'content', CASE WHEN e.type <> 'ci' THEN CAST(content(b.uuid) AS TEXT) END) \
         FROM said JOIN blob b ON b.uuid = said.id JOIN event e ON e.objid = b.rid \
         ORDER BY e.mtime DESC, b.rid DESC;",
        ids.join(", ")
    )
}

/// Reads artifacts and lets `take` have each.
pub(super) fn read(input: impl Read, mut take: impl FnMut(Artifact)) -> io::Result<()> {
    let mut input = BufReader::with_capacity(1 << 16, TextReader::new(input));
    let mut line = String::new();
    loop {
        line.clear();
        if input.read_line(&mut line)? == 0 {
            return Ok(());
        }
        take(serde_json::from_str(&line)?);
    }
}
