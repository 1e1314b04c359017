-- Webhooks: events that are sent to where an admin wants to hear of them. docs/webhooks.md

-- kinds: empty is all. entity_id: only of it and below; null is the whole instance. secret: what messages are signed
-- with, sealed under the pepper named. failures: since the last success; not_before: it is left alone until then.
CREATE TABLE webhook (
  instance_id       integer     NOT NULL REFERENCES instance (instance_id),
  webhook_id        uuid        NOT NULL,
  name              text        NOT NULL,
  url               text        NOT NULL CHECK (length(url) BETWEEN 1 AND 2048),
  kinds             text[]      NOT NULL,
  entity_id         uuid,
  is_enabled        boolean     NOT NULL DEFAULT true,
  secret            bytea       NOT NULL,
  secret_pepper_id  text        NOT NULL,
  created_at        timestamptz NOT NULL,
  created_by        text        NOT NULL,
  failures          integer     NOT NULL DEFAULT 0,
  not_before        timestamptz,
  last_success_at   timestamptz,
  last_failure_at   timestamptz,
  PRIMARY KEY (instance_id, webhook_id),
  FOREIGN KEY (instance_id, entity_id) REFERENCES entity (instance_id, entity_id)
);

-- One event for one webhook: the queue, and the log of what became of it. due_at: when it is to be tried; null: nothing
-- is to be done. lease_until: one process is at it. Goes with its event (EVENT_RETENTION_DAYS).
CREATE TABLE webhook_delivery (
  instance_id  integer     NOT NULL,
  webhook_id   uuid        NOT NULL,
  event_id     bigint      NOT NULL,
  state        text        NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'failed')),
  due_at       timestamptz,
  lease        uuid,
  lease_until  timestamptz,
  attempts     integer     NOT NULL DEFAULT 0,
  last_at      timestamptz,
  last_status  integer,
  last_trouble text,
  last_ms      integer,
  PRIMARY KEY (instance_id, webhook_id, event_id),
  FOREIGN KEY (instance_id, webhook_id) REFERENCES webhook (instance_id, webhook_id) ON DELETE CASCADE,
  FOREIGN KEY (instance_id, event_id) REFERENCES event (instance_id, event_id) ON DELETE CASCADE
) WITH (fillfactor = 70);
CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_delivery_event ON webhook_delivery (event_id);

CREATE FUNCTION gatehouse_is_below(instance integer, entity uuid, top uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  WITH RECURSIVE up AS (
    SELECT entity AS id, 0 AS depth
    UNION ALL
    SELECT e.parent_id, up.depth + 1 FROM up JOIN entity e ON e.instance_id = instance AND e.entity_id = up.id
     WHERE up.id <> top AND up.depth < 100)
  SELECT EXISTS (SELECT 1 FROM up WHERE id = top)
$$;

-- In the transaction that tells of the event, whoever that is: what is not queued then would never be sent.
CREATE FUNCTION gatehouse_events_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO webhook_delivery (instance_id, webhook_id, event_id, due_at)
    SELECT t.instance_id, w.webhook_id, t.event_id, t.at
      FROM told t JOIN webhook w ON w.instance_id = t.instance_id
     WHERE CASE WHEN t.kind = 'webhook.test' THEN t.object = w.webhook_id::text
                ELSE w.is_enabled AND (w.kinds = '{}' OR t.kind = ANY (w.kinds))
                     AND (w.entity_id IS NULL OR gatehouse_is_below(t.instance_id, t.entity_id, w.entity_id)) END;
  RETURN NULL;
END $$;
CREATE TRIGGER event_told AFTER INSERT ON event REFERENCING NEW TABLE AS told
  FOR EACH STATEMENT EXECUTE FUNCTION gatehouse_events_told();
