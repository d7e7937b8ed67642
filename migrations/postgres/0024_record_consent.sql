-- Who wished to get messages or not, when and how: the proof. What holds now stands with the contact.

-- For the rows of every tenant.
SELECT set_config('app.system', 'on', true);

CREATE TABLE consent (
    consent_id UUID PRIMARY KEY,
    tenant_id  UUID NOT NULL,
    contact_id UUID NOT NULL,
    wish       TEXT NOT NULL CHECK (wish IN ('opt_out', 'opt_in')),
    source     TEXT NOT NULL CHECK (source IN ('message', 'member', 'file', 'list', 'earlier')),
    -- Their own words, what a member wrote down, or where it stood.
    words      TEXT NOT NULL,
    -- The member who wrote it down, by name: it stays when the member goes.
    member     TEXT,
    at         BIGINT NOT NULL,
    CHECK ((source = 'member') = (member IS NOT NULL)),
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, contact_id) ON DELETE CASCADE
);
CREATE INDEX consent_by_contact ON consent (tenant_id, contact_id, at);
SELECT isolate_tenant('consent');

INSERT INTO consent (consent_id, tenant_id, contact_id, wish, source, words, at)
SELECT contact_id, tenant_id, contact_id, 'opt_out', 'earlier', COALESCE(opt_out_reason, ''), opted_out_at FROM contact
WHERE opted_out_at IS NOT NULL;
ALTER TABLE contact DROP COLUMN opt_out_reason;
CREATE INDEX contact_opted_out ON contact (tenant_id, opted_out_at) WHERE opted_out_at IS NOT NULL;

-- How a tenant understands and answers wishes. None: as Sapa does by itself.
CREATE TABLE consent_setting (
    tenant_id  UUID PRIMARY KEY REFERENCES tenant (tenant_id) ON DELETE CASCADE,
    -- Phrases beside the known ones, each in a line.
    out_words  TEXT NOT NULL,
    in_words   TEXT NOT NULL,
    -- Empty: Sapa's own words.
    out_answer TEXT NOT NULL,
    in_answer  TEXT NOT NULL,
    answers    BOOLEAN NOT NULL,
    updated_at BIGINT NOT NULL
);
SELECT isolate_tenant('consent_setting');

-- The answer to an opt-out: the one message that still goes to whoever wants none.
ALTER TABLE outbox ADD COLUMN is_last_word BOOLEAN NOT NULL DEFAULT FALSE;
