-- Keyword rules of the chatbot.

CREATE TABLE chatbot_rule (
    rule_id    UUID PRIMARY KEY,
    tenant_id  UUID NOT NULL REFERENCES tenant (tenant_id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    match_kind TEXT NOT NULL CHECK (match_kind IN ('exact', 'contains')),
    -- As JSON: a list of keywords in their compared form.
    keywords   JSONB NOT NULL,
    answer     TEXT NOT NULL,
    active     BOOLEAN NOT NULL,
    position   BIGINT NOT NULL,
    answered   BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (tenant_id, rule_id)
);
CREATE INDEX chatbot_rule_in_order ON chatbot_rule (tenant_id, position);
SELECT isolate_tenant('chatbot_rule');
