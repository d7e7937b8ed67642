-- Campaigns and their ledger: one row per person and message, so that nobody gets it twice and nobody is skipped.

CREATE TABLE campaign (
    campaign_id   BLOB PRIMARY KEY,
    tenant_id     BLOB NOT NULL REFERENCES tenant (tenant_id) ON DELETE CASCADE,
    name          TEXT NOT NULL,
    status        TEXT NOT NULL CHECK (status IN ('draft', 'running', 'paused', 'cancelled', 'finished')),
    number_id     BLOB,
    body          TEXT NOT NULL,
    -- 'everyone', 'import', or absent while the draft has none.
    audience_kind TEXT CHECK (audience_kind IN ('everyone', 'import')),
    import_id     BLOB,
    -- Messages per second at most; absent for as fast as the number may.
    rate          REAL,
    -- Set by the command line: a campaign of the same key is the same campaign.
    send_key      TEXT,
    send_hash     BLOB,
    -- The ledger is complete: every recipient of the audience has a row.
    prepared      INTEGER NOT NULL,
    prepare_after BLOB,
    -- The pace: the next message of this campaign leaves not before then.
    next_at       INTEGER NOT NULL DEFAULT 0,
    recipients    INTEGER NOT NULL DEFAULT 0,
    excluded      INTEGER NOT NULL DEFAULT 0,
    sent          INTEGER NOT NULL DEFAULT 0,
    delivered     INTEGER NOT NULL DEFAULT 0,
    read          INTEGER NOT NULL DEFAULT 0,
    replied       INTEGER NOT NULL DEFAULT 0,
    failed        INTEGER NOT NULL DEFAULT 0,
    expired       INTEGER NOT NULL DEFAULT 0,
    cancelled     INTEGER NOT NULL DEFAULT 0,
    created_at    INTEGER NOT NULL,
    started_at    INTEGER,
    ended_at      INTEGER,
    UNIQUE (tenant_id, campaign_id),
    CONSTRAINT campaign_send_key UNIQUE (tenant_id, send_key),
    FOREIGN KEY (tenant_id, number_id) REFERENCES number (tenant_id, number_id)
) STRICT;
CREATE INDEX campaign_open ON campaign (status);

CREATE TABLE campaign_message (
    tenant_id   BLOB NOT NULL,
    campaign_id BLOB NOT NULL,
    contact_id  BLOB NOT NULL,
    step        INTEGER NOT NULL DEFAULT 0,
    bubble      INTEGER NOT NULL DEFAULT 0,
    position    INTEGER NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'delivered', 'read', 'failed', 'expired', 'cancelled')),
    fail_reason TEXT,
    -- Set while and after it is in the outbox.
    message_id  BLOB,
    replied_at  INTEGER,
    changed_at  INTEGER NOT NULL,
    PRIMARY KEY (campaign_id, contact_id, step, bubble),
    FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaign (tenant_id, campaign_id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, contact_id) ON DELETE CASCADE
) STRICT;
CREATE INDEX campaign_message_to_feed ON campaign_message (campaign_id, position) WHERE message_id IS NULL AND state = 'queued';
CREATE INDEX campaign_message_by_message ON campaign_message (message_id);
CREATE INDEX campaign_message_by_contact ON campaign_message (tenant_id, contact_id, changed_at);
CREATE INDEX campaign_message_listed ON campaign_message (campaign_id, state, position);

-- How many reached each state in each minute: the chart reads this, never the ledger.
CREATE TABLE campaign_minute (
    tenant_id   BLOB NOT NULL,
    campaign_id BLOB NOT NULL,
    minute      INTEGER NOT NULL,
    sent        INTEGER NOT NULL DEFAULT 0,
    delivered   INTEGER NOT NULL DEFAULT 0,
    read        INTEGER NOT NULL DEFAULT 0,
    replied     INTEGER NOT NULL DEFAULT 0,
    failed      INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (campaign_id, minute),
    FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaign (tenant_id, campaign_id) ON DELETE CASCADE
) STRICT;
