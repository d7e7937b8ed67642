-- What the network itself says of the new chats of a number: a lock until a stated time, and a quota.

-- Nobody new before then.
ALTER TABLE number ADD COLUMN locked_until BIGINT;
-- New chats in a cycle and how many of them were used when the network was asked; absent where it says nothing.
ALTER TABLE number ADD COLUMN quota BIGINT;
ALTER TABLE number ADD COLUMN quota_used BIGINT NOT NULL DEFAULT 0;
ALTER TABLE number ADD COLUMN quota_status TEXT;
-- When the quota begins anew, and how long a cycle is.
ALTER TABLE number ADD COLUMN quota_until BIGINT;
ALTER TABLE number ADD COLUMN quota_cycle BIGINT;
ALTER TABLE number ADD COLUMN limits_at BIGINT;
-- New chats the number ever opened, and how many they were when the network was asked: the difference is used as well.
ALTER TABLE number ADD COLUMN opened BIGINT NOT NULL DEFAULT 0;
ALTER TABLE number ADD COLUMN opened_asked BIGINT NOT NULL DEFAULT 0;
-- How much of the pause in `held_until` stays when the network says that only new chats have to wait.
ALTER TABLE number ADD COLUMN paused_until BIGINT;

ALTER TABLE number_event
    DROP CONSTRAINT number_event_kind_check,
    ADD CONSTRAINT number_event_kind_check CHECK (kind IN ('state', 'held', 'locked', 'restarted', 'dropped')),
    DROP CONSTRAINT number_event_check1,
    ADD CONSTRAINT number_event_until_check CHECK ((kind IN ('held', 'locked')) = (until IS NOT NULL));
-- A pause that is under way says nothing of what it was for, so that all of it stays; in every tenant.
SELECT set_config('app.system', 'on', true);
UPDATE number SET paused_until = held_until WHERE held_until IS NOT NULL;
