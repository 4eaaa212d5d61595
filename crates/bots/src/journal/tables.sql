-- What the bots of one Unix user have done, so that a restart goes on where the process ended.

-- A bot, by its account.
CREATE TABLE bot (
    id         INTEGER PRIMARY KEY,
    site       TEXT NOT NULL,     -- as `zulipkit_api::Site` writes it
    email      TEXT NOT NULL,     -- in lower case
    position   TEXT,              -- how far the events of its queue are safe here, as JSON; NULL before the first
    floor      INTEGER NOT NULL DEFAULT 0, -- no message up to this one is handled any more
    max_length INTEGER,           -- how long a message may be, in code points, as the server said
    UNIQUE (site, email)
) STRICT;

-- A message that is a bot's business. The newest that are done are kept, so that an event that comes twice is known.
CREATE TABLE message (
    bot      INTEGER NOT NULL REFERENCES bot (id),
    id       INTEGER NOT NULL,    -- the server's number
    state    INTEGER NOT NULL,    -- 0: it waits for its turn, 1: its handling began, 2: it is done
    sendings TEXT,                -- what was sent in handling it, as JSON; NULL once it is done
    replies  TEXT,                -- the numbers of the messages that came of it, as JSON; once it is done
    PRIMARY KEY (bot, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_open ON message (bot) WHERE state < 2;

-- A moment that a bot waits for.
CREATE TABLE alarm (
    bot      INTEGER NOT NULL REFERENCES bot (id),
    name     TEXT NOT NULL,
    due      INTEGER NOT NULL,    -- milliseconds since 1970
    data     TEXT NOT NULL,       -- JSON
    sendings TEXT,                -- what was sent in handling it, as in `message`
    PRIMARY KEY (bot, name)
) STRICT, WITHOUT ROWID;
