import type { ColumnType, Generated } from 'kysely';

type JsonWithDefault = ColumnType<unknown, string | undefined, string>;

interface EventTable {
  instance_id: number;
  event_id: Generated<number>;
  at: Date;
  kind: string;
  entity_id: string | null;
  object: string | null;
  detail: JsonWithDefault;
}

interface EventToldTable {
  instance_id: number;
  kind: string;
  object: string;
  told_at: Date;
}

interface WebhookTable {
  instance_id: number;
  webhook_id: string;
  name: string;
  url: string;
  kinds: string[];
  entity_id: string | null;
  is_enabled: Generated<boolean>;
  secret: Buffer;
  secret_pepper_id: string;
  former_secret: Buffer | null;
  former_pepper_id: string | null;
  former_until: Date | null;
  created_at: Date;
  created_by: string;
  failures: Generated<number>;
  not_before: Date | null;
  last_success_at: Date | null;
  last_failure_at: Date | null;
}

interface WebhookDeliveryTable {
  instance_id: number;
  webhook_id: string;
  event_id: number;
  state: Generated<string>;
  due_at: Date | null;
  lease: string | null;
  lease_until: Date | null;
  attempts: Generated<number>;
  last_at: Date | null;
  last_status: number | null;
  last_trouble: string | null;
  last_ms: number | null;
}

/** What admins are told of, and where it is sent to. */
export interface EventTables {
  event: EventTable;
  event_told: EventToldTable;
  webhook: WebhookTable;
  webhook_delivery: WebhookDeliveryTable;
}
