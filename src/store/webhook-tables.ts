import type { Generated } from 'kysely';

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

/** Events on their way to where admins want to hear of them. */
export interface WebhookTables {
  webhook: WebhookTable;
  webhook_delivery: WebhookDeliveryTable;
}
