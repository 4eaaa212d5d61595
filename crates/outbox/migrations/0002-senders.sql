-- Senders that also send past the outbox, as bots do.

-- 1: when it is read back, only a message in its own topic can be it; one elsewhere with the same text is another of its sender's.
ALTER TABLE row ADD COLUMN own_topic INTEGER NOT NULL DEFAULT 0;
