-- For which events the bot's queue was opened, as JSON; NULL where that is not known.
ALTER TABLE bot ADD COLUMN wanted TEXT;
