-- People who were known twice, by phone number and by LID, become one when the network tells that they are; and two again
-- when somebody knows better.

-- Whom this contact turned out to be: it is shown nowhere, and stays for the day it is separated again.
ALTER TABLE contact ADD COLUMN merged_into BLOB;
ALTER TABLE contact ADD COLUMN merged_at INTEGER;
-- Its LID, which the other one holds meanwhile.
ALTER TABLE contact ADD COLUMN merged_lid TEXT;
-- Whom it was separated from: the two are never made one by themselves again.
ALTER TABLE contact ADD COLUMN separated_from BLOB;
CREATE INDEX contact_merged ON contact (tenant_id, merged_into) WHERE merged_into IS NOT NULL;

-- Whose it was before two contacts became one.
ALTER TABLE message ADD COLUMN from_contact_id BLOB;

-- A conversation that became part of another: whoever still has its address finds that one.
CREATE TABLE conversation_alias (
    conversation_id BLOB PRIMARY KEY,
    tenant_id       BLOB NOT NULL,
    into_id         BLOB NOT NULL,
    -- Whose it was.
    contact_id      BLOB NOT NULL,
    FOREIGN KEY (tenant_id, into_id) REFERENCES conversation (tenant_id, conversation_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX conversation_alias_by_into ON conversation_alias (tenant_id, into_id);
