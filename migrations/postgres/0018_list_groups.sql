-- The groups a number is in, as the network told last.

CREATE TABLE number_group (
    tenant_id       UUID NOT NULL,
    number_id       UUID NOT NULL,
    -- Of the network; two numbers may be in the same group.
    wa_id           TEXT NOT NULL,
    subject         TEXT NOT NULL,
    -- Who is in it.
    members         JSONB NOT NULL,
    size            BIGINT NOT NULL,
    is_admin        BOOLEAN NOT NULL,
    is_announcement BOOLEAN NOT NULL,
    PRIMARY KEY (number_id, wa_id),
    FOREIGN KEY (tenant_id, number_id) REFERENCES number (tenant_id, number_id) ON DELETE CASCADE
);
SELECT isolate_tenant('number_group');
