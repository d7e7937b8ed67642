-- Files that are in the media store although no row keeps them: those that are being written, and those to be removed.
CREATE TABLE media_stray (
    media_id  BLOB PRIMARY KEY,
    tenant_id BLOB NOT NULL REFERENCES tenant (tenant_id) ON DELETE CASCADE,
    -- Removed some time after this: whoever is writing it has kept it by then, or never will.
    at        INTEGER NOT NULL
) STRICT;
CREATE INDEX media_stray_by_age ON media_stray (at);

-- Whether a session is fetching it: its next owner begins anew, and leaves alone what waits for its time.
ALTER TABLE attachment ADD COLUMN is_fetching INTEGER NOT NULL DEFAULT 0;
