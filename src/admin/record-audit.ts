import { appendAudit } from '../store/audit';
import type { AdminDeps, Caller, Transaction } from './admin-deps';

export type AuditAction =
  | 'asset.contest'
  | 'asset.merge'
  | 'asset.move'
  | 'asset.reactivate'
  | 'asset.retire'
  | 'asset.split'
  | 'asset.unmerge'
  | 'ban.create'
  | 'ban.lift'
  | 'entity.create'
  | 'entity.delete'
  | 'entity.import'
  | 'entity.update'
  | 'forward.drop'
  | 'forward.resend'
  | 'forward.retry'
  | 'glpi-api.remove'
  | 'glpi-api.set'
  | 'instance.create'
  | 'instance.update'
  | 'junk.allow'
  | 'junk.declare'
  | 'junk.forget'
  | 'key.canary'
  | 'key.create'
  | 'key.rebind'
  | 'key.retire'
  | 'key.revoke'
  | 'key.rotate'
  | 'key.update'
  | 'pepper.rotate'
  | 'quarantine.hold'
  | 'quarantine.reopen'
  | 'quarantine.resolve'
  | 'session.end'
  | 'session.start'
  | 'registration.revoke'
  | 'token.create'
  | 'token.revoke'
  | 'upstream.pause'
  | 'upstream.remove'
  | 'upstream.resume'
  | 'upstream.set'
  | 'webhook.create'
  | 'webhook.redeliver'
  | 'webhook.rotate'
  | 'webhook.remove'
  | 'webhook.test'
  | 'webhook.update';

/**
 * One row for each change an admin made, in the transaction that makes it. `detail` never holds a secret.
 * Call it last: it locks the end of the audit chain until the transaction ends.
 */
export async function recordAudit(
  deps: Pick<AdminDeps, 'now' | 'newId'>,
  trx: Transaction,
  caller: Caller,
  action: AuditAction,
  object: string,
  detail: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const { actor } = caller;
  const record = { auditId: deps.newId(), at: deps.now(), actor, action, object, detail };
  await appendAudit(trx, caller.instanceId, [record]);
}
