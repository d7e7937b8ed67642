-- A message keeps the place that the phone's history gives it also when the network brings it, before or after: parts of a
-- history come in any order, and each puts its seconds right.

-- Only the history told of it: nobody reacted to it.
ALTER TABLE message ADD COLUMN is_past BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE message SET is_past = TRUE WHERE history_order IS NOT NULL;
