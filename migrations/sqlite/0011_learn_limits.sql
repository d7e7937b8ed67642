-- What the network itself says of the new chats of a number: a lock until a stated time, and a quota.

-- Nobody new before then.
ALTER TABLE number ADD COLUMN locked_until INTEGER;
-- New chats in a cycle and how many of them were used when the network was asked; absent where it says nothing.
ALTER TABLE number ADD COLUMN quota INTEGER;
ALTER TABLE number ADD COLUMN quota_used INTEGER NOT NULL DEFAULT 0;
ALTER TABLE number ADD COLUMN quota_status TEXT;
-- When the quota begins anew, and how long a cycle is.
ALTER TABLE number ADD COLUMN quota_until INTEGER;
ALTER TABLE number ADD COLUMN quota_cycle INTEGER;
ALTER TABLE number ADD COLUMN limits_at INTEGER;
-- New chats the number ever opened, and how many they were when the network was asked: the difference is used as well.
ALTER TABLE number ADD COLUMN opened INTEGER NOT NULL DEFAULT 0;
ALTER TABLE number ADD COLUMN opened_asked INTEGER NOT NULL DEFAULT 0;
-- How much of the pause in `held_until` stays when the network says that only new chats have to wait.
ALTER TABLE number ADD COLUMN paused_until INTEGER;
-- A pause that is under way says nothing of what it was for, so that all of it stays.
UPDATE number SET paused_until = held_until WHERE held_until IS NOT NULL;

-- SQLite changes no check of a table: another takes its place, with every row under its number.
CREATE TABLE number_event_new (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BLOB NOT NULL,
    number_id BLOB NOT NULL,
    kind      TEXT NOT NULL CHECK (kind IN ('state', 'held', 'locked', 'restarted', 'dropped')),
    -- Of 'state': where the link went, and why.
    state     TEXT,
    problem   TEXT,
    -- Of 'held': nothing leaves before then. Of 'locked': nobody new is written to.
    until     INTEGER,
    -- Of 'dropped': how many events.
    amount    INTEGER,
    at        INTEGER NOT NULL,
    CHECK ((kind = 'state') = (state IS NOT NULL)),
    CHECK ((kind IN ('held', 'locked')) = (until IS NOT NULL)),
    CHECK ((kind = 'dropped') = (amount IS NOT NULL)),
    FOREIGN KEY (tenant_id, number_id) REFERENCES number (tenant_id, number_id) ON DELETE CASCADE
) STRICT;
INSERT INTO number_event_new (seq, tenant_id, number_id, kind, state, problem, until, amount, at)
SELECT seq, tenant_id, number_id, kind, state, problem, until, amount, at FROM number_event;
DROP TABLE number_event;
ALTER TABLE number_event_new RENAME TO number_event;
CREATE INDEX number_event_by_time ON number_event (number_id, at);
-- The table took what the planner believes of it along.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('number_event', 'number_event_by_time', '100000 500 1');
ANALYZE sqlite_schema;
