-- Most of a large campaign is not in the outbox yet: to look for those is not what this index is for.
DROP INDEX campaign_message_by_message;
CREATE INDEX campaign_message_by_message ON campaign_message (message_id) WHERE message_id IS NOT NULL;
