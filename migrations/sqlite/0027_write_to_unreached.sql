-- A campaign for those whom an earlier one did not reach.

-- A kind more: its check can only be replaced with its column.
ALTER TABLE campaign RENAME COLUMN audience_kind TO former_audience_kind;
-- Absent while the draft has none.
ALTER TABLE campaign ADD COLUMN audience_kind TEXT CHECK (audience_kind IN ('everyone', 'import', 'unreached'));
UPDATE campaign SET audience_kind = former_audience_kind;
ALTER TABLE campaign DROP COLUMN former_audience_kind;
-- The earlier one.
ALTER TABLE campaign ADD COLUMN source_id BLOB;
