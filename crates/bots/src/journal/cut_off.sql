-- How often the program that a bot consists of ended in the handling: whatever ends it each time is left at last.
ALTER TABLE message ADD COLUMN cut_off INTEGER NOT NULL DEFAULT 0;
ALTER TABLE event ADD COLUMN cut_off INTEGER NOT NULL DEFAULT 0;
