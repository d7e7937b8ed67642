-- Most of a large campaign is not in the outbox yet: to look for those is not what this index is for.
DROP INDEX campaign_message_by_message;
CREATE INDEX campaign_message_by_message ON campaign_message (message_id) WHERE message_id IS NOT NULL;

-- Whether anybody of the team has written: asked with every look at the home page.
CREATE INDEX message_by_agent ON message (tenant_id) WHERE author = 'agent';
