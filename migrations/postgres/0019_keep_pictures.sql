-- What people show of themselves on WhatsApp: asked for once somebody talks with them, kept, and asked for again.

CREATE TABLE contact_picture (
    contact_id UUID PRIMARY KEY,
    tenant_id  UUID NOT NULL,
    -- The number that asks for it: who sees a picture is for its owner to say.
    number_id  UUID NOT NULL,
    -- Of the network, which gives every new picture another one. Absent when none is shown, or none was asked for yet.
    wa_id      TEXT,
    media_id   UUID,
    -- When the network answered last.
    asked_at   BIGINT,
    -- Questions in vain since.
    attempts   BIGINT NOT NULL DEFAULT 0,
    -- When it is asked for next; absent when it is not.
    next_at    BIGINT,
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, contact_id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, number_id) REFERENCES number (tenant_id, number_id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, media_id) REFERENCES media (tenant_id, media_id)
);
CREATE INDEX contact_picture_due ON contact_picture (number_id, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX contact_picture_by_number ON contact_picture (tenant_id, number_id);
CREATE INDEX contact_picture_by_media ON contact_picture (media_id) WHERE media_id IS NOT NULL;
SELECT isolate_tenant('contact_picture');
