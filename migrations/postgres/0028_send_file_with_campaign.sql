-- The file that goes with the message of a campaign.

CREATE TABLE campaign_file (
    campaign_id UUID PRIMARY KEY,
    tenant_id   UUID NOT NULL,
    media_id    UUID NOT NULL,
    -- How it is sent: as a picture, a video, sound or a document.
    kind        TEXT NOT NULL,
    name        TEXT NOT NULL,
    FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaign (tenant_id, campaign_id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, media_id) REFERENCES media (tenant_id, media_id)
);
CREATE INDEX campaign_file_by_media ON campaign_file (media_id);
SELECT isolate_tenant('campaign_file');
