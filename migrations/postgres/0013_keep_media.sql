-- Files that messages carry.

-- One file, kept once per tenant however many messages carry it. What it holds is in the media store under its id.
CREATE TABLE media (
    media_id    UUID PRIMARY KEY,
    tenant_id   UUID NOT NULL REFERENCES tenant (tenant_id) ON DELETE CASCADE,
    -- Of what is kept, in hexadecimal: the same file is found by it.
    sha256      TEXT NOT NULL,
    -- What it is, by its content.
    mime        TEXT NOT NULL,
    bytes       BIGINT NOT NULL,
    width       BIGINT,
    height      BIGINT,
    has_preview BOOLEAN NOT NULL,
    -- When it was given last: what nothing refers to is removed some time after.
    given_at    BIGINT NOT NULL,
    UNIQUE (tenant_id, media_id),
    CONSTRAINT media_file UNIQUE (tenant_id, sha256)
);
CREATE INDEX media_by_age ON media (given_at);
SELECT isolate_tenant('media');

-- The file of one message.
CREATE TABLE attachment (
    message_id UUID PRIMARY KEY,
    tenant_id  UUID NOT NULL,
    number_id  UUID NOT NULL,
    -- Absent until the file is here.
    media_id   UUID,
    name       TEXT NOT NULL,
    bytes      BIGINT,
    seconds    BIGINT,
    -- Where and with which key it is fetched: sealed. Absent when there is nothing to fetch.
    source     BYTEA,
    problem    TEXT,
    attempts   BIGINT NOT NULL DEFAULT 0,
    -- When it is fetched next; absent when it is not.
    next_at    BIGINT,
    FOREIGN KEY (tenant_id, message_id) REFERENCES message (tenant_id, message_id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, number_id) REFERENCES number (tenant_id, number_id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, media_id) REFERENCES media (tenant_id, media_id)
);
CREATE INDEX attachment_due ON attachment (number_id, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX attachment_by_media ON attachment (media_id);
CREATE INDEX attachment_by_number ON attachment (tenant_id, number_id);
SELECT isolate_tenant('attachment');

-- What a session has given to its network: one upload serves every message with the file.
CREATE TABLE media_upload (
    session_id  UUID NOT NULL,
    media_id    UUID NOT NULL,
    -- The network keeps and encrypts pictures, videos, sound and documents apart.
    kind        TEXT NOT NULL,
    tenant_id   UUID NOT NULL,
    -- Where it is, and its key: sealed.
    place       BYTEA NOT NULL,
    uploaded_at BIGINT NOT NULL,
    PRIMARY KEY (session_id, media_id, kind),
    FOREIGN KEY (tenant_id, session_id) REFERENCES session (tenant_id, session_id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, media_id) REFERENCES media (tenant_id, media_id) ON DELETE CASCADE
);
CREATE INDEX media_upload_by_media ON media_upload (media_id);
SELECT isolate_tenant('media_upload');

-- The file that goes with a waiting message: it is given to the network first.
ALTER TABLE outbox ADD COLUMN media_id UUID;
ALTER TABLE outbox ADD COLUMN media_kind TEXT;
CREATE INDEX outbox_media ON outbox (number_id) WHERE media_id IS NOT NULL;
