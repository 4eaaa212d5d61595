-- What is accepted, where it goes, and how far it has come.
--
-- Times are in milliseconds. Those called *_wall are the wall clock's, since 1970, for people to read; all others are in
-- the outbox's own time, which never runs backwards (see the table `clock`), and only they decide anything.

-- The outbox's own time as it was last written down; one row.
CREATE TABLE clock (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    now     INTEGER NOT NULL,   -- the outbox's time, counted from the making of this file
    wall    INTEGER NOT NULL    -- the wall clock at that moment
) STRICT;
INSERT INTO clock (id, now, wall) VALUES (1, 0, 0);

-- A server, by its address in normal form.
CREATE TABLE site (
    id                 INTEGER PRIMARY KEY,
    url                TEXT NOT NULL UNIQUE, -- as `zulipkit_api::Site` writes it
    seen_message       INTEGER,   -- the highest message id ever seen there: later messages have higher ones
    last_success       INTEGER,   -- when a message was last delivered there
    max_topic_length   INTEGER,   -- in code points, as the server said; NULL while it was never asked
    max_message_length INTEGER,   -- in code points, as the server said
    feature_level      INTEGER,   -- ZULIP_FEATURE_LEVEL, as the server said
    limits_wall        INTEGER    -- when it said so
) STRICT;

-- Who sends: what a settings file is expected to hold. The key is read from that file each time and never stored.
CREATE TABLE account (
    id        INTEGER PRIMARY KEY,
    settings  TEXT NOT NULL,      -- the absolute path of the settings file
    site      INTEGER NOT NULL REFERENCES site (id),
    email     TEXT NOT NULL,      -- as the settings file has it
    UNIQUE (settings, site, email)
) STRICT;

-- A place within which order is kept.
CREATE TABLE destination (
    id        INTEGER PRIMARY KEY,
    site      INTEGER NOT NULL REFERENCES site (id),
    place     TEXT NOT NULL,      -- `channel:NAME` with the name case-folded, or `direct:` and the people, sorted
    topic     TEXT NOT NULL,      -- case-folded; empty for direct messages
    UNIQUE (site, place, topic)
) STRICT;

-- One request to be made.
CREATE TABLE row (
    id            INTEGER PRIMARY KEY AUTOINCREMENT, -- the order of acceptance; never used twice
    account       INTEGER NOT NULL REFERENCES account (id),
    destination   INTEGER NOT NULL REFERENCES destination (id),
    agent         TEXT NOT NULL,      -- the name in the User-Agent, such as `ZulipGit`
    endpoint      TEXT NOT NULL,      -- `POST /messages`
    body          TEXT NOT NULL,      -- its parameters as accepted, a JSON object
    coalesce_key  TEXT,               -- a waiting row with the same key and destination is replaced by a newer one
    on_unclear    TEXT NOT NULL CHECK (on_unclear IN ('resend', 'hold')), -- what to do if it cannot be found out
    max_age       INTEGER NOT NULL,   -- given up after having been tried for that long
    happened_wall INTEGER NOT NULL,   -- when that happened of which it tells
    accepted_wall INTEGER NOT NULL,   -- when it was accepted
    after_row     INTEGER REFERENCES row (id) ON DELETE SET NULL, -- the row whose result it needs; NULL with a result named: it was deleted
    after_result  TEXT,               -- the field of that row's result, such as `id`
    after_fill    TEXT,               -- where the value goes, as JSON: {"field": …, "placeholder": … or null}

    state         TEXT NOT NULL DEFAULT 'waiting'
                  CHECK (state IN ('waiting', 'sending', 'unclear', 'held', 'dead', 'delivered')),
    parked        INTEGER NOT NULL DEFAULT 0, -- 1: later rows of its destination may overtake it
    due           INTEGER NOT NULL DEFAULT 0, -- not to be tried before this time
    failures      INTEGER NOT NULL DEFAULT 0, -- attempts that failed by themselves, holds and rate limits not counted
    born          INTEGER,            -- when a deliverer first saw it; its age counts from here
    failing_since INTEGER,            -- when the first of these failures was
    doubt         INTEGER NOT NULL DEFAULT 0, -- 1: an earlier sending may have arrived, and nobody could tell
    wire          TEXT,               -- its parameters as last sent, from before the sending on; NULL: as in `body`
    floor         INTEGER,            -- the highest message id known before the first sending
    sent          INTEGER,            -- when the last sending began, or ended without an answer
    sent_wall     INTEGER,            -- when the first sending began
    reason        TEXT,               -- what it last failed with, or why it waits, is held or dead
    note          TEXT,               -- what a reader should know, such as that the order was not kept
    result        TEXT,               -- the server's answer, a JSON object
    message_id    INTEGER,            -- the message that it became
    done          INTEGER             -- when it was delivered or died
) STRICT;

CREATE INDEX row_open ON row (destination, id) WHERE state IN ('waiting', 'sending', 'unclear');
CREATE INDEX row_state ON row (state, id);
CREATE INDEX row_message ON row (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX row_parked ON row (id) WHERE parked = 1;
CREATE INDEX row_coalesce ON row (destination, coalesce_key, id) WHERE coalesce_key IS NOT NULL;
CREATE INDEX row_unborn ON row (id) WHERE born IS NULL;
CREATE INDEX row_after ON row (after_row) WHERE after_row IS NOT NULL;

-- A file to upload before its row is sent.
CREATE TABLE blob (
    id        INTEGER PRIMARY KEY,
    row       INTEGER NOT NULL REFERENCES row (id) ON DELETE CASCADE,
    name      TEXT NOT NULL,      -- the file's name
    bytes     BLOB NOT NULL,      -- what is in it; emptied once it is uploaded
    fill      TEXT NOT NULL,      -- where the URL goes, as in `row.after_fill`
    url       TEXT                -- where the server keeps it, once it is uploaded
) STRICT;
CREATE INDEX blob_row ON blob (row);

-- What no row of an account, or of an account to a place, may pass until a person has mended it.
CREATE TABLE hold (
    id        INTEGER PRIMARY KEY,
    account   INTEGER NOT NULL REFERENCES account (id),
    place     TEXT NOT NULL,      -- as in `destination`; empty: the whole account
    since_wall INTEGER NOT NULL,  -- when it began
    due       INTEGER NOT NULL,   -- when one row is let through to try
    reason    TEXT NOT NULL,      -- in the server's words, or those of the settings
    mend      TEXT NOT NULL,      -- what a person may do
    stamp     TEXT NOT NULL,      -- times and sizes of the account's files then: a change lets one row through at once
    UNIQUE (account, place)
) STRICT;

-- Until when a credential has to wait, because the server said so.
CREATE TABLE pause (
    site      INTEGER NOT NULL REFERENCES site (id),
    email     TEXT NOT NULL,
    until     INTEGER NOT NULL,
    PRIMARY KEY (site, email)
) STRICT;

-- How far a source has been read: a log's offset, a feed's state. Moves with the rows that stand for what was read.
CREATE TABLE cursor (
    name      TEXT PRIMARY KEY,   -- chosen by the integration
    value     TEXT NOT NULL       -- its own format
) STRICT;
