-- The history that a phone gives a device it was linked with, and the names in its address book.

-- Set when the phone's history told of it and not the network: its place in the chat there. Nothing reacted to it. When the
-- network brings it after all, it has just been written, and counts like any other.
ALTER TABLE message ADD COLUMN history_order BIGINT;

-- As a phone has the person saved. Where `name` is the same, it came from there and follows it.
ALTER TABLE contact ADD COLUMN saved_name TEXT NOT NULL DEFAULT '';

-- Parts of a history that were announced and are not taken in. What an owner of the session finds here when it begins
-- was lost with the one before it: the network gives a part once.
CREATE TABLE history_part (
    session_id UUID NOT NULL,
    wa_id      TEXT NOT NULL,
    tenant_id  UUID NOT NULL,
    PRIMARY KEY (session_id, wa_id),
    FOREIGN KEY (tenant_id, session_id) REFERENCES session (tenant_id, session_id) ON DELETE CASCADE
);
SELECT isolate_tenant('history_part');

ALTER TABLE number_event
    -- Of 'history': the chats of the messages that it brought, and parts of it that could not be read. Its amount is how
    -- many messages came that were not known.
    ADD COLUMN chats BIGINT,
    ADD COLUMN lost BIGINT,
    DROP CONSTRAINT number_event_kind_check,
    ADD CONSTRAINT number_event_kind_check
        CHECK (kind IN ('state', 'held', 'locked', 'restarted', 'dropped', 'caught_up', 'history')),
    DROP CONSTRAINT number_event_amount_check,
    ADD CONSTRAINT number_event_amount_check
        CHECK ((kind IN ('dropped', 'caught_up', 'history')) = (amount IS NOT NULL)),
    ADD CONSTRAINT number_event_chats_check CHECK ((kind = 'history') = (chats IS NOT NULL)),
    ADD CONSTRAINT number_event_lost_check CHECK ((kind = 'history') = (lost IS NOT NULL));
