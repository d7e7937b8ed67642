-- How people take to what a number writes: which of the new chats it opened were answered.

-- The day on which the number opened it, until the person answers. Absent when they wrote first.
ALTER TABLE chat ADD COLUMN asked_on BIGINT;
-- New chats of the day that the network took, and of these those that were answered since.
ALTER TABLE number_day ADD COLUMN asked BIGINT NOT NULL DEFAULT 0;
ALTER TABLE number_day ADD COLUMN answered BIGINT NOT NULL DEFAULT 0;
