-- Whom a number has met, and how many new people it may write to in a day.

-- A person a number wrote to, or who wrote to it. The first message either way makes the row, so that a chat is new once.
CREATE TABLE chat (
    tenant_id  UUID NOT NULL,
    number_id  UUID NOT NULL,
    contact_id UUID NOT NULL,
    opened_at  BIGINT NOT NULL,
    PRIMARY KEY (number_id, contact_id),
    FOREIGN KEY (tenant_id, number_id) REFERENCES number (tenant_id, number_id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, contact_id) ON DELETE CASCADE
);
CREATE INDEX chat_by_contact ON chat (tenant_id, contact_id);
SELECT isolate_tenant('chat');

-- New chats that the number opened on the day.
ALTER TABLE number_day ADD COLUMN new_chats BIGINT NOT NULL DEFAULT 0;

-- New chats a day of the grown number; absent for as many as there are.
ALTER TABLE number ADD COLUMN cap BIGINT;
-- A warm-up: its first day, how many days, new chats on the first.
ALTER TABLE number ADD COLUMN warm_from BIGINT;
ALTER TABLE number ADD COLUMN warm_days BIGINT;
ALTER TABLE number ADD COLUMN warm_first BIGINT;
-- No campaign leaves between these minutes of the day.
ALTER TABLE number ADD COLUMN quiet_from BIGINT;
ALTER TABLE number ADD COLUMN quiet_until BIGINT;
-- The day on which the network asked for less, and the new chats opened by then.
ALTER TABLE number ADD COLUMN lowered_on BIGINT;
ALTER TABLE number ADD COLUMN lowered_used BIGINT;
-- For the rows of every tenant.
SELECT set_config('app.system', 'on', true);
UPDATE number SET cap = 250 WHERE network = 'whatsapp';

-- Whom the numbers know already.
INSERT INTO chat (tenant_id, number_id, contact_id, opened_at)
SELECT tenant_id, number_id, contact_id, MIN(at) FROM message
WHERE direction = 'incoming' OR state IN ('sent', 'delivered', 'read')
GROUP BY tenant_id, number_id, contact_id;
