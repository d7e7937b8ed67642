-- Who operates the installation: sees and changes what belongs to no tenant.
ALTER TABLE app_user ADD COLUMN operator INTEGER NOT NULL DEFAULT 0;
-- As it is with a new installation: whoever came first.
UPDATE app_user SET operator = 1
WHERE user_id = (SELECT user_id FROM app_user ORDER BY created_at, user_id LIMIT 1);
