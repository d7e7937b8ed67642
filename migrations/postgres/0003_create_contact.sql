-- The people a tenant knows, and the files they were imported from.

-- An identity with phone number and LID: WhatsApp may tell either first, and both together later.
CREATE TABLE contact (
    contact_id     UUID PRIMARY KEY,
    tenant_id      UUID NOT NULL REFERENCES tenant (tenant_id) ON DELETE CASCADE,
    -- E.164 digits without the plus.
    phone          TEXT,
    lid            TEXT,
    name           TEXT NOT NULL DEFAULT '',
    push_name      TEXT NOT NULL DEFAULT '',
    attributes     JSONB NOT NULL DEFAULT '{}',
    -- Everything that can be searched for, in lower case.
    search_text    TEXT NOT NULL DEFAULT '',
    opted_out_at   BIGINT,
    -- Where the wish was expressed: the proof.
    opt_out_reason TEXT,
    source         TEXT NOT NULL,
    created_at     BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL,
    UNIQUE (tenant_id, contact_id),
    CONSTRAINT contact_phone UNIQUE (tenant_id, phone),
    CONSTRAINT contact_lid UNIQUE (tenant_id, lid)
);
CREATE INDEX contact_by_name ON contact (tenant_id, (name = ''), lower(name), contact_id);
SELECT isolate_tenant('contact');

CREATE TABLE contact_import (
    import_id   UUID PRIMARY KEY,
    tenant_id   UUID NOT NULL REFERENCES tenant (tenant_id) ON DELETE CASCADE,
    file_name   TEXT NOT NULL,
    size_bytes  BIGINT NOT NULL,
    sha256      BYTEA NOT NULL,
    region      TEXT NOT NULL,
    mapping     JSONB NOT NULL,
    status      TEXT NOT NULL CHECK (status IN ('uploaded', 'checking', 'importing', 'done', 'failed')),
    -- Contacts in the file; `imported` counts up to it and is where an import that was cut short goes on.
    total       BIGINT NOT NULL DEFAULT 0,
    imported    BIGINT NOT NULL DEFAULT 0,
    invalid     BIGINT NOT NULL DEFAULT 0,
    duplicates  BIGINT NOT NULL DEFAULT 0,
    excluded    BIGINT NOT NULL DEFAULT 0,
    owner       UUID,
    lease_until BIGINT NOT NULL DEFAULT 0,
    created_at  BIGINT NOT NULL,
    changed_at  BIGINT NOT NULL,
    UNIQUE (tenant_id, import_id)
);
CREATE INDEX contact_import_due ON contact_import (created_at) WHERE status IN ('checking', 'importing');
SELECT isolate_tenant('contact_import');

-- The bytes of a file until its import is done, in pieces, so that any worker can read them.
CREATE TABLE contact_import_file (
    tenant_id UUID NOT NULL,
    import_id UUID NOT NULL,
    seq       BIGINT NOT NULL,
    bytes     BYTEA NOT NULL,
    PRIMARY KEY (import_id, seq),
    FOREIGN KEY (tenant_id, import_id) REFERENCES contact_import (tenant_id, import_id) ON DELETE CASCADE
);
SELECT isolate_tenant('contact_import_file');

-- Rows of a file that were not imported, with the reason.
CREATE TABLE contact_import_row (
    tenant_id UUID NOT NULL,
    import_id UUID NOT NULL,
    seq       BIGINT NOT NULL,
    content   JSONB NOT NULL,
    PRIMARY KEY (import_id, seq),
    FOREIGN KEY (tenant_id, import_id) REFERENCES contact_import (tenant_id, import_id) ON DELETE CASCADE
);
SELECT isolate_tenant('contact_import_row');

-- The contacts of a file, in its order: the audience of a campaign.
CREATE TABLE contact_import_member (
    tenant_id  UUID NOT NULL,
    import_id  UUID NOT NULL,
    position   BIGINT NOT NULL,
    contact_id UUID NOT NULL,
    opted_out  BOOLEAN NOT NULL,
    PRIMARY KEY (import_id, position),
    FOREIGN KEY (tenant_id, import_id) REFERENCES contact_import (tenant_id, import_id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, contact_id) ON DELETE CASCADE
);
CREATE INDEX contact_import_member_by_contact ON contact_import_member (tenant_id, contact_id);
SELECT isolate_tenant('contact_import_member');
