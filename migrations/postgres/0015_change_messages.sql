-- What becomes of messages after they were written: changed, taken back, answered, reacted to.

ALTER TABLE message ADD COLUMN edited_at BIGINT;
-- Its author took it back: its words and its file are gone.
ALTER TABLE message ADD COLUMN deleted_at BIGINT;
-- The message it answers, by its id on the wire, and what it says of it: that message may not be here.
ALTER TABLE message ADD COLUMN quoted_wa_id TEXT;
ALTER TABLE message ADD COLUMN quoted_body TEXT;

CREATE TABLE reaction (
    message_id UUID NOT NULL,
    tenant_id  UUID NOT NULL,
    -- Whose: 'incoming' for the person, 'outgoing' for the number.
    direction  TEXT NOT NULL CHECK (direction IN ('incoming', 'outgoing')),
    -- Empty when it was taken back: an older one may come late.
    emoji      TEXT NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (message_id, direction),
    FOREIGN KEY (tenant_id, message_id) REFERENCES message (tenant_id, message_id) ON DELETE CASCADE
);
SELECT isolate_tenant('reaction');
