-- Who wished to get messages or not, when and how: the proof. What holds now stands with the contact.

CREATE TABLE consent (
    consent_id BLOB PRIMARY KEY,
    tenant_id  BLOB NOT NULL,
    contact_id BLOB NOT NULL,
    wish       TEXT NOT NULL CHECK (wish IN ('opt_out', 'opt_in')),
    source     TEXT NOT NULL CHECK (source IN ('message', 'member', 'file', 'list', 'earlier')),
    -- Their own words, what a member wrote down, or where it stood.
    words      TEXT NOT NULL,
    -- The member who wrote it down, by name: it stays when the member goes.
    member     TEXT,
    at         INTEGER NOT NULL,
    CHECK ((source = 'member') = (member IS NOT NULL)),
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, contact_id) ON DELETE CASCADE
) STRICT;
CREATE INDEX consent_by_contact ON consent (tenant_id, contact_id, at);

INSERT INTO consent (consent_id, tenant_id, contact_id, wish, source, words, at)
SELECT contact_id, tenant_id, contact_id, 'opt_out', 'earlier', COALESCE(opt_out_reason, ''), opted_out_at FROM contact
WHERE opted_out_at IS NOT NULL;
ALTER TABLE contact DROP COLUMN opt_out_reason;
CREATE INDEX contact_opted_out ON contact (tenant_id, opted_out_at) WHERE opted_out_at IS NOT NULL;

-- How a tenant understands and answers wishes. None: as Sapa does by itself.
CREATE TABLE consent_setting (
    tenant_id  BLOB PRIMARY KEY REFERENCES tenant (tenant_id) ON DELETE CASCADE,
    -- Phrases beside the known ones, each in a line.
    out_words  TEXT NOT NULL,
    in_words   TEXT NOT NULL,
    -- Empty: Sapa's own words.
    out_answer TEXT NOT NULL,
    in_answer  TEXT NOT NULL,
    answers    INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- The answer to an opt-out: the one message that still goes to whoever wants none.
ALTER TABLE outbox ADD COLUMN is_last_word INTEGER NOT NULL DEFAULT 0;
