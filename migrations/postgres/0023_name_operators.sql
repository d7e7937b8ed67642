-- Who operates the installation: sees and changes what belongs to no tenant.
ALTER TABLE app_user ADD COLUMN operator BOOLEAN NOT NULL DEFAULT FALSE;
-- For the rows of every tenant.
SELECT set_config('app.system', 'on', true);
-- As it is with a new installation: whoever came first.
UPDATE app_user SET operator = TRUE
WHERE user_id = (SELECT user_id FROM app_user ORDER BY created_at, user_id LIMIT 1);
