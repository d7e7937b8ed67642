-- Tenants, people and their sign-ins; the role the program works under, and row-level security.

-- No superuser, no bypass: what the policies do not show, this role cannot see. Roles belong to the whole cluster, so
-- another database, or another migration at this moment, may have made it.
DO $$ BEGIN
    CREATE ROLE sapa_app NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
DO $$ BEGIN
    EXECUTE format('GRANT sapa_app TO %I', current_user);
EXCEPTION WHEN OTHERS THEN
    IF NOT pg_has_role(current_user, 'sapa_app', 'MEMBER') THEN RAISE; END IF;
END $$;
GRANT USAGE ON SCHEMA public TO sapa_app;

-- Every table that belongs to a tenant passes through here: its rows show to that tenant's transactions, and to the
-- transactions of engines and sign-ins that say so ('app.system').
CREATE FUNCTION isolate_tenant(relation regclass) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', relation);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', relation);
    EXECUTE format(
        'CREATE POLICY tenant ON %s USING (tenant_id = NULLIF(current_setting(''app.tenant'', true), '''')::uuid'
        ' OR current_setting(''app.system'', true) = ''on'')', relation);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO sapa_app', relation);
END $$;

CREATE TABLE tenant (
    tenant_id  UUID PRIMARY KEY,
    name       TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
SELECT isolate_tenant('tenant');

CREATE TABLE app_user (
    user_id       UUID PRIMARY KEY,
    email         TEXT NOT NULL CONSTRAINT app_user_email UNIQUE,
    name          TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    lang          TEXT,
    created_at    BIGINT NOT NULL
);
-- People may belong to several tenants: only sign-ins and the listing of a tenant's own members see them.
ALTER TABLE app_user ENABLE ROW LEVEL SECURITY;
ALTER TABLE app_user FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON app_user TO sapa_app;

CREATE TABLE member (
    tenant_id  UUID NOT NULL REFERENCES tenant (tenant_id) ON DELETE CASCADE,
    user_id    UUID NOT NULL REFERENCES app_user (user_id) ON DELETE CASCADE,
    role       TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'marketer', 'agent')),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
);
CREATE INDEX member_by_user ON member (user_id);
SELECT isolate_tenant('member');

CREATE POLICY engine ON app_user USING (current_setting('app.system', true) = 'on');
CREATE POLICY colleague ON app_user FOR SELECT
    USING (EXISTS (SELECT 1 FROM member WHERE member.user_id = app_user.user_id));

-- The token itself is never stored, only its hash.
CREATE TABLE sign_in (
    sign_in_id UUID PRIMARY KEY,
    user_id    UUID NOT NULL,
    tenant_id  UUID NOT NULL,
    token_hash BYTEA NOT NULL CONSTRAINT sign_in_token UNIQUE,
    user_agent TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    FOREIGN KEY (tenant_id, user_id) REFERENCES member (tenant_id, user_id) ON DELETE CASCADE
);
CREATE INDEX sign_in_by_user ON sign_in (user_id);
SELECT isolate_tenant('sign_in');
