-- The people a tenant knows, and the files they were imported from.

-- An identity with phone number and LID: WhatsApp may tell either first, and both together later.
CREATE TABLE contact (
    contact_id     BLOB PRIMARY KEY,
    tenant_id      BLOB NOT NULL REFERENCES tenant (tenant_id) ON DELETE CASCADE,
    -- E.164 digits without the plus.
    phone          TEXT,
    lid            TEXT,
    name           TEXT NOT NULL DEFAULT '',
    push_name      TEXT NOT NULL DEFAULT '',
    attributes     TEXT NOT NULL DEFAULT '{}',
    -- Everything that can be searched for, in lower case.
    search_text    TEXT NOT NULL DEFAULT '',
    opted_out_at   INTEGER,
    -- Where the wish was expressed: the proof.
    opt_out_reason TEXT,
    source         TEXT NOT NULL,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    UNIQUE (tenant_id, contact_id),
    CONSTRAINT contact_phone UNIQUE (tenant_id, phone),
    CONSTRAINT contact_lid UNIQUE (tenant_id, lid)
) STRICT;
CREATE INDEX contact_by_name ON contact (tenant_id, (name = ''), lower(name), contact_id);

CREATE TABLE contact_import (
    import_id   BLOB PRIMARY KEY,
    tenant_id   BLOB NOT NULL REFERENCES tenant (tenant_id) ON DELETE CASCADE,
    file_name   TEXT NOT NULL,
    size_bytes  INTEGER NOT NULL,
    sha256      BLOB NOT NULL,
    region      TEXT NOT NULL,
    mapping     TEXT NOT NULL,
    status      TEXT NOT NULL CHECK (status IN ('uploaded', 'checking', 'importing', 'done', 'failed')),
    -- Contacts in the file; `imported` counts up to it and is where an import that was cut short goes on.
    total       INTEGER NOT NULL DEFAULT 0,
    imported    INTEGER NOT NULL DEFAULT 0,
    invalid     INTEGER NOT NULL DEFAULT 0,
    duplicates  INTEGER NOT NULL DEFAULT 0,
    excluded    INTEGER NOT NULL DEFAULT 0,
    owner       BLOB,
    lease_until INTEGER NOT NULL DEFAULT 0,
    created_at  INTEGER NOT NULL,
    changed_at  INTEGER NOT NULL,
    UNIQUE (tenant_id, import_id)
) STRICT;
CREATE INDEX contact_import_due ON contact_import (created_at) WHERE status IN ('checking', 'importing');

-- The bytes of a file until its import is done, in pieces, so that any worker can read them.
CREATE TABLE contact_import_file (
    tenant_id BLOB NOT NULL,
    import_id BLOB NOT NULL,
    seq       INTEGER NOT NULL,
    bytes     BLOB NOT NULL,
    PRIMARY KEY (import_id, seq),
    FOREIGN KEY (tenant_id, import_id) REFERENCES contact_import (tenant_id, import_id) ON DELETE CASCADE
) STRICT;

-- Rows of a file that were not imported, with the reason.
CREATE TABLE contact_import_row (
    tenant_id BLOB NOT NULL,
    import_id BLOB NOT NULL,
    seq       INTEGER NOT NULL,
    content   TEXT NOT NULL,
    PRIMARY KEY (import_id, seq),
    FOREIGN KEY (tenant_id, import_id) REFERENCES contact_import (tenant_id, import_id) ON DELETE CASCADE
) STRICT;

-- The contacts of a file, in its order: the audience of a campaign.
CREATE TABLE contact_import_member (
    tenant_id  BLOB NOT NULL,
    import_id  BLOB NOT NULL,
    position   INTEGER NOT NULL,
    contact_id BLOB NOT NULL,
    opted_out  INTEGER NOT NULL CHECK (opted_out IN (0, 1)),
    PRIMARY KEY (import_id, position),
    FOREIGN KEY (tenant_id, import_id) REFERENCES contact_import (tenant_id, import_id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, contact_id) ON DELETE CASCADE
) STRICT;
CREATE INDEX contact_import_member_by_contact ON contact_import_member (tenant_id, contact_id);
