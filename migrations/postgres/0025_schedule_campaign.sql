-- When the messages of a campaign leave, and until when.

ALTER TABLE campaign
    DROP CONSTRAINT campaign_status_check,
    ADD CONSTRAINT campaign_status_check
        CHECK (status IN ('draft', 'scheduled', 'running', 'paused', 'cancelled', 'finished')),
    -- What clock and calendar show then, as minutes since 1970-01-01 00:00 there.
    ADD COLUMN start_wall BIGINT,
    ADD COLUMN deadline_wall BIGINT,
    -- Whose clock.
    ADD COLUMN clock TEXT NOT NULL DEFAULT 'tenant' CHECK (clock IN ('tenant', 'recipient')),
    -- It begins by itself then; set while it is scheduled.
    ADD COLUMN starts_at BIGINT;

-- Not fed into the outbox before, and not sent from then on.
ALTER TABLE campaign_message
    ADD COLUMN due_at BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN expires_at BIGINT;
DROP INDEX campaign_message_to_feed;
CREATE INDEX campaign_message_to_feed ON campaign_message (campaign_id, due_at, position)
    WHERE message_id IS NULL AND state = 'queued';
CREATE INDEX campaign_message_late ON campaign_message (campaign_id, expires_at)
    WHERE state = 'queued' AND expires_at IS NOT NULL;

-- Not claimed from then on, unless it may be on the wire already.
ALTER TABLE outbox ADD COLUMN expires_at BIGINT;
