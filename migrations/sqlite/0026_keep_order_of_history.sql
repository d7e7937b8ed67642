-- A message keeps the place that the phone's history gives it also when the network brings it, before or after: parts of a
-- history come in any order, and each puts its seconds right.

-- Only the history told of it: nobody reacted to it.
ALTER TABLE message ADD COLUMN is_past INTEGER NOT NULL DEFAULT 0;
UPDATE message SET is_past = 1 WHERE history_order IS NOT NULL;
