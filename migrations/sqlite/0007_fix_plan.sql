-- What the planner is to believe about the sizes of tables: those of an installation that has been at work for years.
--
-- SQLite gathers statistics only when it is told to. Without any it takes every index for equally good, starts from a
-- tenant, a number or a campaign, and walks all that belongs to it to find one message. Statistics that are fixed keep
-- each plan the same from the first day on; nothing here may run ANALYZE later.

-- Most of a large campaign is not in the outbox yet: to look for those is not what this index is for.
DROP INDEX campaign_message_by_message;
CREATE INDEX campaign_message_by_message ON campaign_message (message_id) WHERE message_id IS NOT NULL;

-- Whether anybody of the team has written: asked with every look at the home page.
CREATE INDEX message_by_agent ON message (tenant_id) WHERE author = 'agent';

ANALYZE;
DELETE FROM sqlite_stat1;
-- Rows of the table (of a partial index: of the index), then how many share the first column, the first two, and so on.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('session_key', 'sqlite_autoindex_session_key_1', '5000000 10000 1000 1'),
    ('session_key', 'session_key_by_time', '5000000 10000 1000 10'),
    ('contact', 'sqlite_autoindex_contact_1', '1000000 1'),
    ('contact', 'sqlite_autoindex_contact_2', '1000000 10000 1'),
    ('contact', 'sqlite_autoindex_contact_3', '1000000 10000 1'),
    ('contact', 'sqlite_autoindex_contact_4', '1000000 10000 2'),
    ('contact', 'contact_by_name', '1000000 10000 2 2 1'),
    ('contact_import_member', 'sqlite_autoindex_contact_import_member_1', '1000000 5000 1'),
    ('contact_import_member', 'contact_import_member_by_contact', '1000000 10000 2'),
    ('conversation', 'sqlite_autoindex_conversation_1', '500000 1'),
    ('conversation', 'sqlite_autoindex_conversation_2', '500000 5000 1'),
    ('conversation', 'sqlite_autoindex_conversation_3', '500000 5000 1000 1'),
    ('conversation', 'conversation_by_time', '500000 5000 1'),
    ('message', 'sqlite_autoindex_message_1', '10000000 1'),
    ('message', 'sqlite_autoindex_message_2', '10000000 100000 1'),
    ('message', 'sqlite_autoindex_message_3', '10000000 100000 20000 20 10 1'),
    ('message', 'message_by_wire', '10000000 20000 1'),
    ('message', 'message_thread', '10000000 100000 20000 20 1'),
    ('message', 'message_bot_due', '10 1'),
    ('message', 'message_by_agent', '100000 1000'),
    ('outbox', 'sqlite_autoindex_outbox_1', '1000 1'),
    ('outbox', 'sqlite_autoindex_outbox_2', '1000 1'),
    ('outbox', 'outbox_campaign', '1000 200'),
    ('outbox', 'outbox_chat', '1000 200 1 1'),
    ('outbox', 'outbox_due', '1000 200 100 1'),
    ('campaign', 'sqlite_autoindex_campaign_1', '10000 1'),
    ('campaign', 'sqlite_autoindex_campaign_2', '10000 100 1'),
    ('campaign', 'sqlite_autoindex_campaign_3', '10000 100 1'),
    ('campaign', 'campaign_open', '10000 10'),
    ('campaign_message', 'sqlite_autoindex_campaign_message_1', '10000000 10000 1 1 1'),
    ('campaign_message', 'campaign_message_by_message', '10000000 1'),
    ('campaign_message', 'campaign_message_by_contact', '10000000 100000 10 1'),
    ('campaign_message', 'campaign_message_listed', '10000000 10000 2000 1'),
    ('campaign_message', 'campaign_message_to_feed', '100000 10000 1'),
    ('campaign_minute', 'sqlite_autoindex_campaign_minute_1', '100000 50 1');
ANALYZE sqlite_schema;
