-- WhatsApp numbers, the session that links each to its network, and the keys of that session.

CREATE TABLE number (
    number_id  BLOB PRIMARY KEY,
    tenant_id  BLOB NOT NULL REFERENCES tenant (tenant_id) ON DELETE CASCADE,
    label      TEXT NOT NULL,
    network    TEXT NOT NULL CHECK (network IN ('whatsapp', 'sandbox')),
    phone      TEXT,
    lid        TEXT,
    state      TEXT NOT NULL,
    problem    TEXT,
    held_until INTEGER,
    -- The pace: nothing leaves this number before then.
    next_at    INTEGER NOT NULL DEFAULT 0,
    -- While linking: what the phone has to scan, and until when.
    link_code  TEXT,
    link_until INTEGER,
    changed_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (tenant_id, number_id)
) STRICT;
CREATE UNIQUE INDEX number_label ON number (tenant_id, lower(label));

-- One live owner: `fence` rises with every owner, and every write that matters carries it.
CREATE TABLE session (
    session_id  BLOB PRIMARY KEY,
    tenant_id   BLOB NOT NULL,
    number_id   BLOB NOT NULL CONSTRAINT session_number UNIQUE,
    owner       BLOB,
    lease_until INTEGER NOT NULL DEFAULT 0,
    fence       INTEGER NOT NULL DEFAULT 0,
    -- Which sandbox world the device belongs to; another id means it was reset.
    server_id   TEXT,
    -- False while the device of a pre-linked number is still being stored.
    ready       INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    UNIQUE (tenant_id, session_id),
    FOREIGN KEY (tenant_id, number_id) REFERENCES number (tenant_id, number_id) ON DELETE CASCADE
) STRICT;

-- What the client library keeps of a session: Signal sessions and keys, app state, device lists. Values are encrypted.
CREATE TABLE session_key (
    tenant_id  BLOB NOT NULL,
    session_id BLOB NOT NULL,
    kind       TEXT NOT NULL,
    key        TEXT NOT NULL,
    value      BLOB NOT NULL,
    -- For kinds that are forgotten after a time, or found by it; milliseconds.
    at         INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (session_id, kind, key),
    FOREIGN KEY (tenant_id, session_id) REFERENCES session (tenant_id, session_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX session_key_by_time ON session_key (session_id, kind, at);
