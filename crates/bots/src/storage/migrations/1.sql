CREATE TABLE texts (
    bot  TEXT NOT NULL, -- the bot's name in its settings
    key  TEXT NOT NULL, -- what the bot calls it
    text TEXT NOT NULL, -- what it remembers, as JSON
    PRIMARY KEY (bot, key)
) STRICT, WITHOUT ROWID;
