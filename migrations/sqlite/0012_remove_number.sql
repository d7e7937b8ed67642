-- A number that somebody deleted. Nobody sees it any more; its rows go in the background, and its own is the last.

ALTER TABLE number ADD COLUMN removed_at INTEGER;
CREATE INDEX number_removed ON number (removed_at) WHERE removed_at IS NOT NULL;

-- Its name is free at once.
DROP INDEX number_label;
CREATE UNIQUE INDEX number_label ON number (tenant_id, lower(label)) WHERE removed_at IS NULL;
