-- When the messages of a campaign leave, and until when.

-- A status more: its check can only be replaced with its column.
DROP INDEX campaign_open;
ALTER TABLE campaign RENAME COLUMN status TO former_status;
ALTER TABLE campaign ADD COLUMN status TEXT NOT NULL DEFAULT 'draft'
    CHECK (status IN ('draft', 'scheduled', 'running', 'paused', 'cancelled', 'finished'));
UPDATE campaign SET status = former_status;
ALTER TABLE campaign DROP COLUMN former_status;
CREATE INDEX campaign_open ON campaign (status);

-- What clock and calendar show then, as minutes since 1970-01-01 00:00 there.
ALTER TABLE campaign ADD COLUMN start_wall INTEGER;
ALTER TABLE campaign ADD COLUMN deadline_wall INTEGER;
-- Whose clock.
ALTER TABLE campaign ADD COLUMN clock TEXT NOT NULL DEFAULT 'tenant' CHECK (clock IN ('tenant', 'recipient'));
-- It begins by itself then; set while it is scheduled.
ALTER TABLE campaign ADD COLUMN starts_at INTEGER;

-- Not fed into the outbox before, and not sent from then on.
ALTER TABLE campaign_message ADD COLUMN due_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE campaign_message ADD COLUMN expires_at INTEGER;
DROP INDEX campaign_message_to_feed;
CREATE INDEX campaign_message_to_feed ON campaign_message (campaign_id, due_at, position)
    WHERE message_id IS NULL AND state = 'queued';
CREATE INDEX campaign_message_late ON campaign_message (campaign_id, expires_at)
    WHERE state = 'queued' AND expires_at IS NOT NULL;

-- Not claimed from then on, unless it may be on the wire already.
ALTER TABLE outbox ADD COLUMN expires_at INTEGER;
