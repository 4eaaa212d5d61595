CREATE TABLE texts (
    bot  TEXT NOT NULL, -- whose it is: the account of the bot
    key  TEXT NOT NULL, -- what the bot calls it
    text TEXT NOT NULL, -- what it remembers, as JSON
    PRIMARY KEY (bot, key)
) STRICT, WITHOUT ROWID;
