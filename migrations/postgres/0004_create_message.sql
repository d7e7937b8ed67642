-- Messages, the outbox they leave through, and the conversations of the inbox.

-- A thread is every message between a number and a contact; a conversation is the team's view of it, made when the
-- person writes or an agent does.
CREATE TABLE conversation (
    conversation_id UUID PRIMARY KEY,
    tenant_id       UUID NOT NULL,
    number_id       UUID NOT NULL,
    contact_id      UUID NOT NULL,
    status          TEXT NOT NULL CHECK (status IN ('open', 'pending', 'resolved')),
    bot_paused      BOOLEAN NOT NULL,
    unread          BIGINT NOT NULL DEFAULT 0,
    last_message_id UUID,
    last_at         BIGINT NOT NULL,
    created_at      BIGINT NOT NULL,
    UNIQUE (tenant_id, conversation_id),
    CONSTRAINT conversation_thread UNIQUE (tenant_id, number_id, contact_id),
    FOREIGN KEY (tenant_id, number_id) REFERENCES number (tenant_id, number_id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, contact_id) ON DELETE CASCADE
);
CREATE INDEX conversation_by_time ON conversation (tenant_id, last_at);
SELECT isolate_tenant('conversation');

CREATE TABLE message (
    message_id  UUID PRIMARY KEY,
    tenant_id   UUID NOT NULL,
    number_id   UUID NOT NULL,
    contact_id  UUID NOT NULL,
    direction   TEXT NOT NULL CHECK (direction IN ('incoming', 'outgoing')),
    kind        TEXT NOT NULL,
    body        TEXT NOT NULL,
    -- Outgoing only.
    state       TEXT CHECK (state IN ('queued', 'sent', 'delivered', 'read', 'failed', 'expired', 'cancelled')),
    fail_reason TEXT,
    author      TEXT,
    author_name TEXT,
    campaign_id UUID,
    -- The id on the wire: minted when queued, never changed.
    wa_id       TEXT NOT NULL,
    -- Incoming only: whether the bot still has to look at it.
    bot_due     BOOLEAN NOT NULL,
    at          BIGINT NOT NULL,
    UNIQUE (tenant_id, message_id),
    -- A message that arrives again (resent, from history, from the offline queue) is the same message.
    CONSTRAINT message_wire UNIQUE (tenant_id, number_id, contact_id, direction, wa_id),
    CHECK ((direction = 'outgoing') = (state IS NOT NULL)),
    FOREIGN KEY (tenant_id, number_id) REFERENCES number (tenant_id, number_id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, contact_id) ON DELETE CASCADE
);
CREATE INDEX message_thread ON message (tenant_id, number_id, contact_id, at);
CREATE INDEX message_by_wire ON message (number_id, wa_id);
CREATE INDEX message_bot_due ON message (at) WHERE bot_due;
SELECT isolate_tenant('message');

-- What still has to leave. A row goes when its message is final, so claims and recovery look at what waits, not at
-- what was ever sent.
CREATE TABLE outbox (
    seq         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    outbox_id   UUID NOT NULL UNIQUE,
    tenant_id   UUID NOT NULL,
    number_id   UUID NOT NULL,
    contact_id  UUID NOT NULL,
    message_id  UUID NOT NULL CONSTRAINT outbox_message UNIQUE,
    -- Set for campaign messages: pausing and cancelling decide at the claim.
    campaign_id UUID,
    wa_id       TEXT NOT NULL,
    body        TEXT NOT NULL,
    -- 0 agent, 1 bot, 2 campaign: people who talk go before those who broadcast.
    priority    BIGINT NOT NULL,
    not_before  BIGINT NOT NULL,
    attempts    BIGINT NOT NULL DEFAULT 0,
    -- How often the network refused it with a code we do not know.
    refusals    BIGINT NOT NULL DEFAULT 0,
    lease_until BIGINT NOT NULL DEFAULT 0,
    lease_token UUID,
    FOREIGN KEY (tenant_id, number_id) REFERENCES number (tenant_id, number_id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, contact_id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, message_id) REFERENCES message (tenant_id, message_id) ON DELETE CASCADE
);
CREATE INDEX outbox_due ON outbox (number_id, priority, seq);
CREATE INDEX outbox_chat ON outbox (number_id, contact_id, seq);
CREATE INDEX outbox_campaign ON outbox (campaign_id);
SELECT isolate_tenant('outbox');

-- What happened to the messages of campaigns, in order: read and removed by the campaign engine, which keeps the ledger
-- and its counters. Written in the transaction in which it happened.
CREATE TABLE message_change (
    seq         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id   UUID NOT NULL,
    number_id   UUID NOT NULL,
    contact_id  UUID NOT NULL,
    -- Absent for 'replied': which campaign is answered is for the campaign engine to find.
    campaign_id UUID,
    message_id  UUID NOT NULL,
    change      TEXT NOT NULL CHECK (change IN ('sent', 'delivered', 'read', 'failed', 'expired', 'cancelled', 'replied')),
    fail_reason TEXT,
    at          BIGINT NOT NULL,
    FOREIGN KEY (tenant_id, number_id) REFERENCES number (tenant_id, number_id) ON DELETE CASCADE
);
SELECT isolate_tenant('message_change');
