-- The history that a phone gives a device it was linked with, and the names in its address book.

-- Set when the phone's history told of it and not the network: its place in the chat there. Nothing reacted to it. When the
-- network brings it after all, it has just been written, and counts like any other.
ALTER TABLE message ADD COLUMN history_order INTEGER;

-- As a phone has the person saved. Where `name` is the same, it came from there and follows it.
ALTER TABLE contact ADD COLUMN saved_name TEXT NOT NULL DEFAULT '';

-- Parts of a history that were announced and are not taken in. What an owner of the session finds here when it begins
-- was lost with the one before it: the network gives a part once.
CREATE TABLE history_part (
    session_id BLOB NOT NULL,
    wa_id      TEXT NOT NULL,
    tenant_id  BLOB NOT NULL,
    PRIMARY KEY (session_id, wa_id),
    FOREIGN KEY (tenant_id, session_id) REFERENCES session (tenant_id, session_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- SQLite changes no check of a table: another takes its place, with every row under its number.
CREATE TABLE number_event_new (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BLOB NOT NULL,
    number_id BLOB NOT NULL,
    kind      TEXT NOT NULL
              CHECK (kind IN ('state', 'held', 'locked', 'restarted', 'dropped', 'caught_up', 'history')),
    -- Of 'state': where the link went, and why.
    state     TEXT,
    problem   TEXT,
    -- Of 'held': nothing leaves before then. Of 'locked': nobody new is written to.
    until     INTEGER,
    -- Of 'dropped': how many events. Of 'caught_up' and 'history': how many messages came that were not known.
    amount    INTEGER,
    -- Of 'caught_up': messages of ours that nobody knew to have arrived. They go again, under their ids.
    unsure    INTEGER,
    -- Of 'history': the chats of these messages, and parts of the history that could not be read.
    chats     INTEGER,
    lost      INTEGER,
    at        INTEGER NOT NULL,
    CHECK ((kind = 'state') = (state IS NOT NULL)),
    CHECK ((kind IN ('held', 'locked')) = (until IS NOT NULL)),
    CHECK ((kind IN ('dropped', 'caught_up', 'history')) = (amount IS NOT NULL)),
    CHECK ((kind = 'caught_up') = (unsure IS NOT NULL)),
    CHECK ((kind = 'history') = (chats IS NOT NULL)),
    CHECK ((kind = 'history') = (lost IS NOT NULL)),
    FOREIGN KEY (tenant_id, number_id) REFERENCES number (tenant_id, number_id) ON DELETE CASCADE
) STRICT;
INSERT INTO number_event_new (seq, tenant_id, number_id, kind, state, problem, until, amount, unsure, at)
SELECT seq, tenant_id, number_id, kind, state, problem, until, amount, unsure, at FROM number_event;
DROP TABLE number_event;
ALTER TABLE number_event_new RENAME TO number_event;
CREATE INDEX number_event_by_time ON number_event (number_id, at);
-- The table took what the planner believes of it along.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('number_event', 'number_event_by_time', '100000 500 1'),
    ('history_part', 'sqlite_autoindex_history_part_1', '100 10 1');
ANALYZE sqlite_schema;
