import type { EventKind } from '../domain/event';
import type { DueDelivery } from './ports';
import type { SignedMessage } from './signature';

/** Where in the console the object of an event is. */
const pageOf: Partial<Record<EventKind, string>> = {
  'asset.created': 'assets',
  'conflict.opened': 'quarantine',
  'quarantine.opened': 'quarantine',
  'quarantine.decided': 'quarantine',
  'key.used_up': 'keys',
  'key.expiring': 'keys',
  'canary.used': 'keys',
};

/** The event as `GET /events` shows it, and where it comes from. */
export function messageOf(due: DueDelivery): SignedMessage {
  const { event, entity, instanceId, instanceName, publicUrl, webhookId } = due;
  const { eventId, at, kind, entityId, object, detail } = event;
  const page = pageOf[kind];
  const link = page === undefined || object === null ? null : `${publicUrl}/admin/${page}/${object}`;
  return {
    id: messageId(webhookId, eventId),
    body: JSON.stringify({
      type: kind,
      timestamp: at.toISOString(),
      data: {
        ...{ id: String(eventId), at: at.toISOString(), kind, entityId, entity, object, detail },
        link,
        instance: { id: instanceId, name: instanceName },
      },
    }),
  };
}

export function messageId(webhookId: string, eventId: number): string {
  return `msg_${webhookId.replaceAll('-', '')}_${eventId}`;
}
