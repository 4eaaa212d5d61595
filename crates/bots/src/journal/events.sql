-- An event other than a new message that is a bot's business: an edit, a reaction, or what it asked for beside those.
CREATE TABLE event (
    bot      INTEGER NOT NULL REFERENCES bot (id),
    queue    TEXT NOT NULL,       -- the queue that it came in
    id       INTEGER NOT NULL,    -- its number there
    plain    INTEGER NOT NULL,    -- 1: the bot gets the event as it came, 0: as an edit or a reaction
    state    INTEGER NOT NULL,    -- as in `message`; what is done is kept until the position is past it
    event    TEXT NOT NULL,       -- as it came, as JSON
    sendings TEXT,                -- what was sent in handling it, as in `message`
    PRIMARY KEY (bot, queue, id, plain)
) STRICT, WITHOUT ROWID;
