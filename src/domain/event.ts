/** What admins are told of as it happens. docs/webhooks.md lists the same kinds. */
export const eventKinds = {
  'asset.created': 'A device was seen for the first time.',
  'assets.created': 'Many assets were made at once, by an import.',
  'conflict.opened': 'A device is held that lays claim to an asset.',
  'quarantine.opened': 'A device is held for another reason, e.g. to be approved.',
  'quarantine.decided': 'An admin decided on a held device.',
  'key.used_up': 'A key has as many assets as it may.',
  'key.expiring': 'A key, or its time for new devices, ends within seven days.',
  'canary.used': 'A canary key was used: somebody found it where it was laid out.',
  'agents.silent': 'Agents have not been heard of for AGENTS_SILENT_DAYS.',
  'upstream.down': 'The GLPI server behind the gateway does not take inventories.',
  'upstream.up': 'It takes them again.',
  'webhook.test': 'Somebody tries a webhook.',
} as const;

export type EventKind = keyof typeof eventKinds;

export interface AdminEvent {
  readonly instanceId: number;
  /** Grows with time; two that are written at a time may be heard in either order. */
  readonly eventId: number;
  readonly at: Date;
  readonly kind: EventKind;
  /** Where it belongs; null: the whole instance. */
  readonly entityId: string | null;
  /** Id of the asset, case or key. */
  readonly object: string | null;
  /** Text in it may come from an agent. */
  readonly detail: Readonly<Record<string, unknown>>;
}
