-- How people take to what a number writes: which of the new chats it opened were answered.

-- The day on which the number opened it, until the person answers. Absent when they wrote first.
ALTER TABLE chat ADD COLUMN asked_on INTEGER;
-- Of the new chats of the day, those that were answered since.
ALTER TABLE number_day ADD COLUMN answered INTEGER NOT NULL DEFAULT 0;
