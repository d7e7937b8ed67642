-- Tenants, people and their sign-ins.

CREATE TABLE tenant (
    tenant_id  BLOB PRIMARY KEY,
    name       TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE app_user (
    user_id       BLOB PRIMARY KEY,
    email         TEXT NOT NULL CONSTRAINT app_user_email UNIQUE,
    name          TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    lang          TEXT,
    created_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE member (
    tenant_id  BLOB NOT NULL REFERENCES tenant (tenant_id) ON DELETE CASCADE,
    user_id    BLOB NOT NULL REFERENCES app_user (user_id) ON DELETE CASCADE,
    role       TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'marketer', 'agent')),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
) STRICT;
CREATE INDEX member_by_user ON member (user_id);

-- The token itself is never stored, only its hash.
CREATE TABLE sign_in (
    sign_in_id BLOB PRIMARY KEY,
    user_id    BLOB NOT NULL,
    tenant_id  BLOB NOT NULL,
    token_hash BLOB NOT NULL CONSTRAINT sign_in_token UNIQUE,
    user_agent TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    FOREIGN KEY (tenant_id, user_id) REFERENCES member (tenant_id, user_id) ON DELETE CASCADE
) STRICT;
CREATE INDEX sign_in_by_user ON sign_in (user_id);
