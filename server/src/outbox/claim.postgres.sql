-- Due messages of one number, at most one per chat. Chosen once: as a subquery of the update they may be chosen anew for
-- each row, and then they are more than the limit.
WITH due AS MATERIALIZED (
    SELECT o.seq AS due_seq
    FROM outbox o
    WHERE o.number_id = $1
      AND o.lease_until <= $3
      AND o.not_before <= $3
      -- One at a time per chat: while one is on its way, or a more urgent one or an earlier one as urgent waits, this one
      -- waits. What an agent or the bot answers goes before a campaign's message.
      AND NOT EXISTS (
          SELECT 1 FROM outbox e
          WHERE e.number_id = o.number_id AND e.contact_id = o.contact_id AND e.seq <> o.seq
            AND (e.lease_until > $3 OR e.priority < o.priority OR (e.priority = o.priority AND e.seq < o.seq))
      )
      -- No campaign in quiet hours, and nobody new beyond the day's budget, which binds no agent, or beyond what the network
      -- allows, which binds everybody.
      AND ($7 OR o.priority < 2)
      AND ($6 OR ($8 AND o.priority = 0) OR EXISTS (
          SELECT 1 FROM chat k WHERE k.number_id = o.number_id AND k.contact_id = o.contact_id
      ))
      -- Nobody is written to who asked not to be, but to answer that, or by an agent when they wrote since. What may be on the
      -- wire already goes on.
      AND (o.attempts > 0 OR o.is_last_word OR NOT EXISTS (
          SELECT 1 FROM contact c
          WHERE c.contact_id = o.contact_id AND c.opted_out_at IS NOT NULL AND (o.priority > 0 OR NOT EXISTS (
              SELECT 1 FROM message m
              WHERE m.tenant_id = o.tenant_id AND m.number_id = o.number_id AND m.contact_id = o.contact_id
                AND m.direction = 'incoming' AND m.at > c.opted_out_at
          ))
      ))
      -- What is too late does not leave. Again: what may be on the wire already goes on.
      AND (o.attempts > 0 OR o.expires_at IS NULL OR o.expires_at > $3)
      -- What goes with a file waits until the network has the file.
      AND (o.media_id IS NULL OR EXISTS (
          SELECT 1 FROM media_upload u JOIN session s ON s.session_id = u.session_id
          WHERE s.number_id = o.number_id AND u.media_id = o.media_id AND u.kind = o.media_kind AND u.uploaded_at > $9
      ))
    ORDER BY o.priority, o.seq
    LIMIT $2
    FOR UPDATE SKIP LOCKED
)
UPDATE outbox
SET lease_until = $4, lease_token = $5, attempts = attempts + 1
FROM due
WHERE outbox.seq = due.due_seq
RETURNING seq, message_id, contact_id, wa_id, body, media_id, attempts, priority,
    (SELECT c.phone FROM contact c WHERE c.contact_id = outbox.contact_id) AS phone,
    (SELECT c.lid FROM contact c WHERE c.contact_id = outbox.contact_id) AS lid
