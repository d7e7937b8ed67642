-- Keyword rules of the chatbot.

CREATE TABLE chatbot_rule (
    rule_id    BLOB PRIMARY KEY,
    tenant_id  BLOB NOT NULL REFERENCES tenant (tenant_id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    match_kind TEXT NOT NULL CHECK (match_kind IN ('exact', 'contains')),
    -- As JSON: a list of keywords in their compared form.
    keywords   TEXT NOT NULL,
    answer     TEXT NOT NULL,
    active     INTEGER NOT NULL,
    position   INTEGER NOT NULL,
    answered   INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (tenant_id, rule_id)
) STRICT;
CREATE INDEX chatbot_rule_in_order ON chatbot_rule (tenant_id, position);
