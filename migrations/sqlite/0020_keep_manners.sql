-- How a number behaves while it writes, and what it missed while its line was gone.

-- "typing…" is shown before what campaigns and the chatbot write.
ALTER TABLE number ADD COLUMN types INTEGER NOT NULL DEFAULT 0;
-- It is shown as online as long as it is connected, not only while it types.
ALTER TABLE number ADD COLUMN stays_online INTEGER NOT NULL DEFAULT 0;

-- SQLite changes no check of a table: another takes its place, with every row under its number.
CREATE TABLE number_event_new (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BLOB NOT NULL,
    number_id BLOB NOT NULL,
    kind      TEXT NOT NULL CHECK (kind IN ('state', 'held', 'locked', 'restarted', 'dropped', 'caught_up')),
    -- Of 'state': where the link went, and why.
    state     TEXT,
    problem   TEXT,
    -- Of 'held': nothing leaves before then. Of 'locked': nobody new is written to.
    until     INTEGER,
    -- Of 'dropped': how many events. Of 'caught_up': how many messages came that were not known.
    amount    INTEGER,
    -- Of 'caught_up': messages of ours that nobody knew to have arrived. They go again, under their ids.
    unsure    INTEGER,
    at        INTEGER NOT NULL,
    CHECK ((kind = 'state') = (state IS NOT NULL)),
    CHECK ((kind IN ('held', 'locked')) = (until IS NOT NULL)),
    CHECK ((kind IN ('dropped', 'caught_up')) = (amount IS NOT NULL)),
    CHECK ((kind = 'caught_up') = (unsure IS NOT NULL)),
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
