-- How a number is doing: what happened to it, what it did on each day, and its last signs of life.

CREATE TABLE number_event (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BLOB NOT NULL,
    number_id BLOB NOT NULL,
    kind      TEXT NOT NULL CHECK (kind IN ('state', 'held', 'restarted', 'dropped')),
    -- Of 'state': where the link went, and why.
    state     TEXT,
    problem   TEXT,
    -- Of 'held': nothing leaves before then.
    until     INTEGER,
    -- Of 'dropped': how many events.
    amount    INTEGER,
    at        INTEGER NOT NULL,
    CHECK ((kind = 'state') = (state IS NOT NULL)),
    CHECK ((kind = 'held') = (until IS NOT NULL)),
    CHECK ((kind = 'dropped') = (amount IS NOT NULL)),
    FOREIGN KEY (tenant_id, number_id) REFERENCES number (tenant_id, number_id) ON DELETE CASCADE
) STRICT;
CREATE INDEX number_event_by_time ON number_event (number_id, at);

CREATE TABLE number_day (
    tenant_id   BLOB NOT NULL,
    number_id   BLOB NOT NULL,
    -- Days since 1970-01-01 on the tenant's calendar.
    day         INTEGER NOT NULL,
    sent        INTEGER NOT NULL DEFAULT 0,
    sent_at     INTEGER,
    received    INTEGER NOT NULL DEFAULT 0,
    received_at INTEGER,
    refused     INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (number_id, day),
    FOREIGN KEY (tenant_id, number_id) REFERENCES number (tenant_id, number_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

ALTER TABLE number ADD COLUMN linked_at INTEGER;
ALTER TABLE number ADD COLUMN reconnects INTEGER NOT NULL DEFAULT 0;
ALTER TABLE number ADD COLUMN dropped INTEGER NOT NULL DEFAULT 0;
-- Somebody wants this device off the account: for the session, which may run in another process.
ALTER TABLE number ADD COLUMN log_out INTEGER NOT NULL DEFAULT 0;
-- Last word of the network, of whatever kind.
ALTER TABLE session ADD COLUMN seen_at INTEGER;

-- What is known of the days before this.
INSERT INTO number_day (tenant_id, number_id, day, sent, sent_at, received, received_at)
SELECT tenant_id, number_id, (at + 25200000) / 86400000,
       SUM(CASE WHEN state IN ('sent', 'delivered', 'read') THEN 1 ELSE 0 END),
       MAX(CASE WHEN state IN ('sent', 'delivered', 'read') THEN at END),
       SUM(CASE WHEN direction = 'incoming' THEN 1 ELSE 0 END),
       MAX(CASE WHEN direction = 'incoming' THEN at END)
FROM message GROUP BY tenant_id, number_id, (at + 25200000) / 86400000;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('number_event', 'number_event_by_time', '100000 500 1'),
    ('number_day', 'sqlite_autoindex_number_day_1', '100000 300 1');
ANALYZE sqlite_schema;
