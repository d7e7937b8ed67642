-- Linking by a code that is typed on the phone: for which phone number a code was asked, when, and the code.

ALTER TABLE number ADD COLUMN pair_phone TEXT;
ALTER TABLE number ADD COLUMN pair_asked_at BIGINT;
ALTER TABLE number ADD COLUMN pair_code TEXT;
ALTER TABLE number ADD COLUMN pair_until BIGINT;
