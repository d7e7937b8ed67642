-- How a number is doing: what happened to it, what it did on each day, and its last signs of life.

CREATE TABLE number_event (
    seq       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id UUID NOT NULL,
    number_id UUID NOT NULL,
    kind      TEXT NOT NULL CHECK (kind IN ('state', 'held', 'restarted', 'dropped')),
    -- Of 'state': where the link went, and why.
    state     TEXT,
    problem   TEXT,
    -- Of 'held': nothing leaves before then.
    until     BIGINT,
    -- Of 'dropped': how many events.
    amount    BIGINT,
    at        BIGINT NOT NULL,
    CHECK ((kind = 'state') = (state IS NOT NULL)),
    CHECK ((kind = 'held') = (until IS NOT NULL)),
    CHECK ((kind = 'dropped') = (amount IS NOT NULL)),
    FOREIGN KEY (tenant_id, number_id) REFERENCES number (tenant_id, number_id) ON DELETE CASCADE
);
CREATE INDEX number_event_by_time ON number_event (number_id, at);
SELECT isolate_tenant('number_event');

CREATE TABLE number_day (
    tenant_id   UUID NOT NULL,
    number_id   UUID NOT NULL,
    -- Days since 1970-01-01 on the tenant's calendar.
    day         BIGINT NOT NULL,
    sent        BIGINT NOT NULL DEFAULT 0,
    sent_at     BIGINT,
    received    BIGINT NOT NULL DEFAULT 0,
    received_at BIGINT,
    refused     BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (number_id, day),
    FOREIGN KEY (tenant_id, number_id) REFERENCES number (tenant_id, number_id) ON DELETE CASCADE
);
SELECT isolate_tenant('number_day');

ALTER TABLE number ADD COLUMN linked_at BIGINT;
ALTER TABLE number ADD COLUMN reconnects BIGINT NOT NULL DEFAULT 0;
ALTER TABLE number ADD COLUMN dropped BIGINT NOT NULL DEFAULT 0;
-- Somebody wants this device off the account: for the session, which may run in another process.
ALTER TABLE number ADD COLUMN log_out BOOLEAN NOT NULL DEFAULT FALSE;
-- Last word of the network, of whatever kind.
ALTER TABLE session ADD COLUMN seen_at BIGINT;

-- What is known of the days before this, of every tenant.
SELECT set_config('app.system', 'on', true);
INSERT INTO number_day (tenant_id, number_id, day, sent, sent_at, received, received_at)
SELECT tenant_id, number_id, (at + 25200000) / 86400000,
       SUM(CASE WHEN state IN ('sent', 'delivered', 'read') THEN 1 ELSE 0 END),
       MAX(CASE WHEN state IN ('sent', 'delivered', 'read') THEN at END),
       SUM(CASE WHEN direction = 'incoming' THEN 1 ELSE 0 END),
       MAX(CASE WHEN direction = 'incoming' THEN at END)
FROM message GROUP BY tenant_id, number_id, (at + 25200000) / 86400000;
