-- The groups a number is in, as the network told last.

CREATE TABLE number_group (
    tenant_id       BLOB NOT NULL,
    number_id       BLOB NOT NULL,
    -- Of the network; two numbers may be in the same group.
    wa_id           TEXT NOT NULL,
    subject         TEXT NOT NULL,
    -- Who is in it.
    members         TEXT NOT NULL,
    size            INTEGER NOT NULL,
    is_admin        INTEGER NOT NULL,
    is_announcement INTEGER NOT NULL,
    PRIMARY KEY (number_id, wa_id),
    FOREIGN KEY (tenant_id, number_id) REFERENCES number (tenant_id, number_id) ON DELETE CASCADE
) STRICT;
