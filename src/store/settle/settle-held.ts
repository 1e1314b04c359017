import type { Pool, PoolClient } from 'pg';
import { v7 as timeOrderedId } from 'uuid';
import { asksWhoItIs } from '../../domain/quarantine';
import type {
  AcceptedSettlement,
  QuarantinedSettlement,
  RefusedSettlement,
  SettleRequest,
} from '../../ingest/ports';
import { appendAudit, type AuditRecord } from '../audit';
import { withTransaction } from '../database';
import { closeCase, liftContest, lockCase, type CaseDecision, type OpenCase } from './close-case';
import { loadFacts } from './load-facts';
import { assetLocks, lockIdentities } from './lock-identities';
import { lockKeysOf, quotaLocksOf } from './lock-keys';
import { writeBatch } from './write-batch';

/** An admin lets a held device in. */
export interface HeldOrder {
  readonly caseId: string;
  readonly action: 'same' | 'new';
  /** For `same`. */
  readonly assetId: string | undefined;
  /** For `new`: where it belongs, when not where the key says. */
  readonly entityId: string | undefined;
  /** The submission that is run through again. */
  readonly submissionId: string;
  readonly by: string;
  readonly note: string | null;
}

export type HeldOutcome =
  | { readonly state: 'settled'; readonly settlement: AcceptedSettlement }
  | { readonly state: 'stopped'; readonly settlement: RefusedSettlement | QuarantinedSettlement }
  /** Somebody has decided meanwhile. */
  | { readonly state: 'decided' }
  /** The device has sent another submission meanwhile. */
  | { readonly state: 'outdated' }
  | { readonly state: 'asset_missing' };

/**
 * Runs a held submission through its decision again and writes decision, asset, audit and what follows of it in one
 * transaction: after a fault anywhere in it the case is open as before.
 */
export async function settleHeld(pool: Pool, request: SettleRequest, order: HeldOrder): Promise<HeldOutcome> {
  return await withTransaction(pool, async (client): Promise<HeldOutcome> => {
    const { instanceId } = request.record;
    const claimed = await lockAll(client, request, order);
    const held = await lockCase(client, instanceId, order.caseId);
    if (held?.resolution !== null) return { state: 'decided' };
    if (held.lastSubmission !== order.submissionId) return { state: 'outdated' };
    if (order.action === 'same' && (order.assetId === undefined || !claimed.has(order.assetId))) {
      return { state: 'asset_missing' };
    }
    const { caseId, action, assetId, entityId } = order;
    const ruling = { caseId, action, reason: held.reason, reach: 'held', assetId, entityId } as const;
    const facts = (await loadFacts(client, instanceId, [request], new Map([[0, ruling]]))).factsFor(0);
    const settlement = request.decide(facts);
    if (settlement.verdict !== 'accepted') return { state: 'stopped', settlement };
    const evidence = { ...settlement.evidence, replays: order.submissionId, caseId, decision: action };
    const marked = { ...settlement, evidence };
    await writeBatch(client, instanceId, [{ record: request.record, settlement: marked, request }]);
    const before = facts.ruling?.reach === 'held' && 'asset' in facts.ruling ? facts.ruling.asset : undefined;
    await finish(client, request, marked, { order, held, before });
    return { state: 'settled', settlement: marked };
  });
}

/** The device's identity, and that of the assets concerned: nobody settles anything that speaks of one of them. */
async function lockAll(
  client: PoolClient,
  request: SettleRequest,
  { caseId, assetId }: HeldOrder,
): Promise<ReadonlySet<string>> {
  const { instanceId } = request.record;
  const { rows } = await client.query<{ asset_id: string; identity: Parameters<typeof assetLocks>[0] }>(
    `SELECT asset_id, identity FROM asset
      WHERE instance_id = $1
        AND asset_id IN ($3::uuid, (SELECT asset_id FROM quarantine WHERE instance_id = $1 AND case_id = $2))`,
    [instanceId, caseId, assetId],
  );
  await lockIdentities(client, instanceId, [
    ...lockKeysOf(request),
    ...quotaLocksOf(request),
    ...rows.flatMap(({ identity }) => assetLocks(identity)),
  ]);
  return new Set(rows.map((row) => row.asset_id));
}

interface Following {
  readonly order: HeldOrder;
  readonly held: OpenCase;
  /** The asset as it was; undefined for a new one. */
  readonly before: { readonly kid: string; readonly entityId: string; readonly lastSeen: Date } | undefined;
}

/** What a decision brings with it beyond an accepted submission. */
async function finish(
  client: PoolClient,
  { record, key }: SettleRequest,
  settlement: AcceptedSettlement,
  { order, held, before }: Following,
): Promise<void> {
  const { instanceId, submissionId, receivedAt } = record;
  const { assetId, entityId } = settlement;
  const decision: CaseDecision = {
    caseId: order.caseId,
    resolution: order.action,
    at: receivedAt,
    by: order.by,
    note: order.note,
    stands: asksWhoItIs(held.reason),
    resultAsset: assetId,
    resultSubmission: submissionId,
  };
  const moved = before !== undefined && (before.kid !== key.kid || before.entityId !== entityId);
  // The device was seen when it sent the submission, not now.
  const lastSeen = before === undefined || before.lastSeen < held.lastSeen ? held.lastSeen : before.lastSeen;
  await client.query(
    `UPDATE asset SET kid = $3, entity_id = $4, last_seen = $5, first_seen = CASE WHEN $6 THEN $7 ELSE first_seen END
      WHERE instance_id = $1 AND asset_id = $2`,
    [instanceId, assetId, key.kid, entityId, lastSeen, before === undefined, held.firstSeen],
  );
  const move = { fromKey: before?.kid, toKey: key.kid, from: before?.entityId, to: entityId };
  if (moved) await writeEvent(client, instanceId, assetId, 'moved', decision, move);
  await closeCase(client, instanceId, decision);
  const concerned = held.assetId ?? assetId;
  const lifted = await liftContest(client, instanceId, concerned, decision);
  const audit = (action: string, object: string, detail: AuditRecord['detail']): AuditRecord => ({
    auditId: timeOrderedId(),
    at: receivedAt,
    actor: order.by,
    action,
    object,
    detail,
  });
  const { action, note } = order;
  const resolved = { action, note, kid: key.kid, reason: held.reason, assetId, submissionId };
  await appendAudit(client, instanceId, [
    audit('quarantine.resolve', order.caseId, resolved),
    ...(moved ? [audit('asset.move', assetId, { ...move, caseId: order.caseId })] : []),
    ...lifted,
  ]);
}

async function writeEvent(
  client: PoolClient,
  instanceId: number,
  assetId: string,
  kind: string,
  { at, by, caseId }: CaseDecision,
  detail: Readonly<Record<string, unknown>>,
): Promise<void> {
  await client.query(
    `INSERT INTO asset_event (instance_id, asset_id, event_id, at, kind, actor, detail)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [instanceId, assetId, timeOrderedId(), at, kind, by, JSON.stringify({ ...detail, caseId })],
  );
}
