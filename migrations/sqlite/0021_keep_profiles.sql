-- What the account of a number shows of itself, as the network told last, and what it is to show instead.

CREATE TABLE number_profile (
    number_id    BLOB PRIMARY KEY,
    tenant_id    BLOB NOT NULL,
    name         TEXT NOT NULL DEFAULT '',
    about        TEXT NOT NULL DEFAULT '',
    -- Of the network, which gives every new picture another one. Absent when none is shown.
    wa_id        TEXT,
    media_id     BLOB,
    -- When the network was asked last; absent when it is to be asked as soon as it can be.
    asked_at     INTEGER,
    -- What it is to show, until the network took it; absent where it stays as it is.
    new_name     TEXT,
    new_about    TEXT,
    new_media_id BLOB,
    no_picture   INTEGER NOT NULL DEFAULT 0,
    -- Part of the last wish that the network did not take.
    refused      TEXT CHECK (refused IN ('name', 'about', 'picture')),
    -- How often the network said that something changed.
    changes      INTEGER NOT NULL DEFAULT 0,
    FOREIGN KEY (tenant_id, number_id) REFERENCES number (tenant_id, number_id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, media_id) REFERENCES media (tenant_id, media_id),
    FOREIGN KEY (tenant_id, new_media_id) REFERENCES media (tenant_id, media_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX number_profile_by_media ON number_profile (media_id) WHERE media_id IS NOT NULL;
CREATE INDEX number_profile_by_new_media ON number_profile (new_media_id) WHERE new_media_id IS NOT NULL;
