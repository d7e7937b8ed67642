-- A campaign for those whom an earlier one did not reach.

ALTER TABLE campaign
    DROP CONSTRAINT campaign_audience_kind_check,
    ADD CONSTRAINT campaign_audience_kind_check CHECK (audience_kind IN ('everyone', 'import', 'unreached')),
    -- The earlier one.
    ADD COLUMN source_id UUID;
