-- WhatsApp numbers, the session that links each to its network, and the keys of that session.

CREATE TABLE number (
    number_id  UUID PRIMARY KEY,
    tenant_id  UUID NOT NULL REFERENCES tenant (tenant_id) ON DELETE CASCADE,
    label      TEXT NOT NULL,
    network    TEXT NOT NULL CHECK (network IN ('whatsapp', 'sandbox')),
    phone      TEXT,
    lid        TEXT,
    state      TEXT NOT NULL,
    problem    TEXT,
    held_until BIGINT,
    -- The pace: nothing leaves this number before then.
    next_at    BIGINT NOT NULL DEFAULT 0,
    -- While linking: what the phone has to scan, and until when.
    link_code  TEXT,
    link_until BIGINT,
    changed_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (tenant_id, number_id)
);
CREATE UNIQUE INDEX number_label ON number (tenant_id, lower(label));
SELECT isolate_tenant('number');

-- One live owner: `fence` rises with every owner, and every write that matters carries it.
CREATE TABLE session (
    session_id  UUID PRIMARY KEY,
    tenant_id   UUID NOT NULL,
    number_id   UUID NOT NULL CONSTRAINT session_number UNIQUE,
    owner       UUID,
    lease_until BIGINT NOT NULL DEFAULT 0,
    fence       BIGINT NOT NULL DEFAULT 0,
    -- Which sandbox world the device belongs to; another id means it was reset.
    server_id   TEXT,
    -- False while the device of a pre-linked number is still being stored.
    ready       BOOLEAN NOT NULL,
    created_at  BIGINT NOT NULL,
    UNIQUE (tenant_id, session_id),
    FOREIGN KEY (tenant_id, number_id) REFERENCES number (tenant_id, number_id) ON DELETE CASCADE
);
SELECT isolate_tenant('session');

-- What the client library keeps of a session: Signal sessions and keys, app state, device lists. Values are encrypted.
CREATE TABLE session_key (
    tenant_id  UUID NOT NULL,
    session_id UUID NOT NULL,
    kind       TEXT NOT NULL,
    -- Compared byte by byte, as on SQLite: keys are found by how they begin.
    key        TEXT COLLATE "C" NOT NULL,
    value      BYTEA NOT NULL,
    -- For kinds that are forgotten after a time, or found by it; milliseconds.
    at         BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (session_id, kind, key),
    FOREIGN KEY (tenant_id, session_id) REFERENCES session (tenant_id, session_id) ON DELETE CASCADE
);
CREATE INDEX session_key_by_time ON session_key (session_id, kind, at);
SELECT isolate_tenant('session_key');
