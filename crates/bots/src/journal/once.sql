-- A message, perhaps in parts, that is sent once under a name of the bot's own, whatever is repeated. The newest names are kept.
CREATE TABLE once (
    bot      INTEGER NOT NULL REFERENCES bot (id),
    name     TEXT NOT NULL,
    sendings TEXT NOT NULL,       -- its parts, as in `message`
    UNIQUE (bot, name)
) STRICT;
