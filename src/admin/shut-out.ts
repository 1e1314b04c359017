import { Problem } from '../domain/problem';
import { asksWhoItIs, maxBansPerCase } from '../domain/quarantine';
import { bannableOf } from '../identity/bannable';
import { lookupsOf } from '../ingest/look-up';
import { appendAudit, type AuditRecord } from '../store/audit';
import { findAsset, type AssetRecord } from '../store/assets';
import { findHolders, insertBans, type BanRecord, type HeldIdentifier } from '../store/bans';
import type { CaseRecord } from '../store/quarantine';
import {
  closeCase,
  liftContest,
  lockCase,
  type CaseDecision,
  type OpenCase,
} from '../store/settle/close-case';
import { assetLocks, identityLocks, lockIdentities } from '../store/settle/lock-identities';
import type { AdminDeps, Caller, Transaction } from './admin-deps';
import { isTellableApart } from './compare-devices';

interface ShuttingOut {
  readonly action: 'reject' | 'ban';
  readonly note: string | null;
}

/**
 * Rejects a held device, or bans what it is recognised by, in one transaction. The identities are locked as when a
 * submission is settled, so none is decided in between.
 * Throws Problem `already_resolved`, and `resolution_impossible` for a ban that would say nothing.
 */
export async function shutOut(
  deps: AdminDeps,
  caller: Caller,
  held: CaseRecord,
  { action, note }: ShuttingOut,
): Promise<void> {
  const { instanceId, actor } = caller;
  await deps.db.transaction().execute(async (trx) => {
    const asset = held.assetId === null ? undefined : await findAsset(trx, instanceId, held.assetId);
    await lockIdentities(trx, instanceId, [
      ...identityLocks(lookupsOf(held.identity)),
      ...(asset === undefined ? [] : assetLocks(asset.identity)),
    ]);
    const now = await lockCase(trx, instanceId, held.caseId);
    if (now?.resolution !== null) {
      throw new Problem('already_resolved', 'Somebody has decided on this case meanwhile.');
    }
    const at = deps.now();
    const isApart =
      asksWhoItIs(now.reason) || asset === undefined || isTellableApart(held.identity, asset.identity);
    const banning = { held, asset, note, at };
    const bans = action === 'ban' ? await banDevice(deps, trx, caller, banning) : nothingBanned;
    if (action === 'ban' && bans.banned.length === 0 && !isApart) throw nothingToBan(asset);
    const decision = { caseId: held.caseId, resolution: action, at, by: actor, note } as const;
    await closeCase(trx, instanceId, {
      ...decision,
      // What is banned is refused as banned: when the ban is lifted, nothing else stands in the way.
      stands: isApart && bans.banned.length === 0,
      resultAsset: null,
      resultSubmission: null,
    });
    const lifted = now.assetId === null ? [] : await liftContest(trx, instanceId, now.assetId, decision);
    const records = auditOf(deps, decision, now, bans);
    await appendAudit(trx, instanceId, [...records, ...lifted]);
  });
}

function auditOf(
  deps: Pick<AdminDeps, 'newId'>,
  { caseId, resolution, at, by, note }: Omit<CaseDecision, 'stands' | 'resultAsset' | 'resultSubmission'>,
  { kid, reason, assetId }: OpenCase,
  { banned, made, spared }: Banned,
): AuditRecord[] {
  const record = (action: string, object: string, detail: AuditRecord['detail']): AuditRecord => ({
    auditId: deps.newId(),
    at,
    actor: by,
    action,
    object,
    detail,
  });
  return [
    record('quarantine.resolve', caseId, {
      ...{ action: resolution, note, kid, reason, assetId },
      ...(resolution === 'ban' ? { banned: banned.length, spared } : {}),
    }),
    ...made.map(({ banId, kind, value }) => record('ban.create', banId, { kind, value, note, caseId })),
  ];
}

interface Banned {
  readonly banned: readonly BanRecord[];
  /** Those that were not banned before. */
  readonly made: readonly BanRecord[];
  /** What an asset in use is recognised by. */
  readonly spared: readonly HeldIdentifier[];
}

const nothingBanned: Banned = { banned: [], made: [], spared: [] };

interface Banning {
  readonly held: CaseRecord;
  readonly asset: AssetRecord | undefined;
  readonly note: string | null;
  readonly at: Date;
}

/**
 * Never what an asset in use is recognised by, whose ever it is: the attacker shows the victim's serial beside its own
 * card, and a dock or an agent that serves many is shown by the innocent too.
 */
async function banDevice(
  deps: AdminDeps,
  trx: Transaction,
  { instanceId, actor }: Caller,
  { held, asset, note, at }: Banning,
): Promise<Banned> {
  const shown = bannableOf(held.identity);
  const spared = await findHolders(trx, instanceId, shown, asset?.assetId ?? null);
  const inUse = new Set(spared.map(({ kind, value }) => `${kind}:${value}`));
  const banned = shown
    .filter(({ kind, value }) => !inUse.has(`${kind}:${value}`))
    .slice(0, maxBansPerCase)
    .map((identifier): BanRecord => ({
      ...identifier,
      banId: deps.newId(),
      caseId: held.caseId,
      bannedAt: at,
      bannedBy: actor,
      note,
    }));
  return { banned, made: await insertBans(trx, instanceId, banned), spared };
}

function nothingToBan(asset: AssetRecord | undefined): Problem {
  const whose = asset === undefined ? 'assets in use' : `the asset ${asset.name ?? asset.assetId}`;
  return new Problem(
    'resolution_impossible',
    `Everything that this device shows is what ${whose} is recognised by: a ban would shut that out. Reject it instead, or change what the rightful device shows (a client certificate tells them apart).`,
  );
}
