-- Files that are in the media store although no row keeps them: those that are being written, and those to be removed.
CREATE TABLE media_stray (
    media_id  UUID PRIMARY KEY,
    tenant_id UUID NOT NULL REFERENCES tenant (tenant_id) ON DELETE CASCADE,
    -- Removed some time after this: whoever is writing it has kept it by then, or never will.
    at        BIGINT NOT NULL
);
CREATE INDEX media_stray_by_age ON media_stray (at);
SELECT isolate_tenant('media_stray');

-- Whether a session is fetching it: its next owner begins anew, and leaves alone what waits for its time.
ALTER TABLE attachment ADD COLUMN is_fetching BOOLEAN NOT NULL DEFAULT FALSE;
