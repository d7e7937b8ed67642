-- How a number behaves while it writes, and what it missed while its line was gone.

-- "typing…" is shown before what campaigns and the chatbot write.
ALTER TABLE number ADD COLUMN types BOOLEAN NOT NULL DEFAULT FALSE;
-- It is shown as online as long as it is connected, not only while it types.
ALTER TABLE number ADD COLUMN stays_online BOOLEAN NOT NULL DEFAULT FALSE;

ALTER TABLE number_event
    -- Of 'caught_up': messages of ours that nobody knew to have arrived. They go again, under their ids. Its amount is
    -- how many messages came that were not known.
    ADD COLUMN unsure BIGINT,
    DROP CONSTRAINT number_event_kind_check,
    ADD CONSTRAINT number_event_kind_check
        CHECK (kind IN ('state', 'held', 'locked', 'restarted', 'dropped', 'caught_up')),
    DROP CONSTRAINT number_event_check2,
    ADD CONSTRAINT number_event_amount_check CHECK ((kind IN ('dropped', 'caught_up')) = (amount IS NOT NULL)),
    ADD CONSTRAINT number_event_unsure_check CHECK ((kind = 'caught_up') = (unsure IS NOT NULL));
