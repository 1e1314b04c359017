import { Problem } from '../domain/problem';
import type { InstallationKind } from '../domain/registered-instance';
import type { RegistrationState } from '../domain/registration-state';
import {
  findRegistrationListed,
  listRegistrationPage,
  markRegistrationRevoked,
  type RegistrationListed,
} from '../store/registration-list';
import type { AdminDeps, Caller, RegistrationTimes, Transaction } from './admin-deps';
import { completeNamesShown, isInside, scopeOf } from './entity-scope';
import { limitOf, pageOf, readCursor, uuidShape, type Page, type PageRequest } from './page';
import { recordAudit } from './record-audit';

/** An installation that registered with this gateway. Name, version and its own URL are its own words. */
export interface RegistrationView {
  readonly id: string;
  readonly name: string | null;
  readonly kind: InstallationKind;
  /** As the installation itself sees it, when it has come in time. */
  readonly state: Exclude<RegistrationState, 'pending'>;
  readonly version: string;
  /** Under which it reaches this gateway. */
  readonly url: string;
  /** Of a gateway: the URL of its agents. */
  readonly ownUrl: string | null;
  readonly kid: string;
  readonly keyName: string;
  readonly entityId: string;
  readonly entity: string;
  readonly installationId: string;
  /** SHA-256 of installation, URL and version, hex. */
  readonly handshake: string;
  /** Of the key, which it showed last. */
  readonly generation: number | null;
  readonly sourceAddress: string;
  readonly registeredAt: string;
  readonly lastValidatedAt: string;
  /** The last time it was refused since, and why. */
  readonly refusedAt: string | null;
  readonly refusedReason: string | null;
  readonly revokedAt: string | null;
  readonly revokedBy: string | null;
}

export interface RegistrationQuery extends PageRequest {
  readonly key?: string;
  readonly kind?: InstallationKind;
}

const defaultTimes: RegistrationTimes = {
  validateEveryMs: 6 * 3_600_000,
  graceMs: 14 * 24 * 3_600_000,
};

/** Newest first. */
export async function listRegistrations(
  deps: AdminDeps,
  caller: Caller,
  query: RegistrationQuery,
): Promise<Page<RegistrationView>> {
  const after = readCursor('registrations', query, [uuidShape])?.[0];
  const scope = await scopeOf(deps.db, caller);
  const rows = await listRegistrationPage(
    deps.db,
    caller.instanceId,
    {
      ...(query.key === undefined ? {} : { kid: query.key }),
      kind: query.kind,
      entityIds: scope && [...scope],
    },
    { limit: limitOf(query) + 1, after },
  );
  const entityIds = rows.map(({ entityId }) => entityId);
  const names = await completeNamesShown(deps.db, caller, entityIds);
  return pageOf(
    'registrations',
    query,
    rows,
    ({ registrationId }) => [registrationId],
    (row) => viewOf(row, names, deps),
  );
}

/** Throws Problem `not_found`. */
export async function getRegistration(
  deps: AdminDeps,
  caller: Caller,
  id: string,
): Promise<RegistrationView> {
  return await viewById(deps, deps.db, caller, id);
}

/**
 * Shuts one installation out, whichever token or key it shows. Another one may still register with the key: revoke
 * that against whoever holds it wrongly. Revoking twice is once. Throws Problem `not_found`.
 */
export async function revokeRegistration(
  deps: AdminDeps,
  caller: Caller,
  id: string,
): Promise<RegistrationView> {
  return await deps.db.transaction().execute(async (trx) => {
    const { kid } = await viewById(deps, trx, caller, id);
    const by = { at: deps.now(), actor: caller.actor };
    if (await markRegistrationRevoked(trx, caller.instanceId, id.toLowerCase(), by)) {
      await recordAudit(deps, trx, caller, 'registration.revoke', id.toLowerCase(), { kid });
    }
    return await viewById(deps, trx, caller, id);
  });
}

type ViewDeps = Pick<AdminDeps, 'now' | 'registrationTimes'>;

async function viewById(
  deps: ViewDeps,
  db: Transaction,
  caller: Caller,
  id: string,
): Promise<RegistrationView> {
  const row = uuidShape.test(id)
    ? await findRegistrationListed(db, caller.instanceId, id.toLowerCase())
    : undefined;
  if (row === undefined || !(await isInside(db, caller, row.entityId))) {
    throw new Problem('not_found', 'There is no such registered installation.');
  }
  return viewOf(row, await completeNamesShown(db, caller, [row.entityId]), deps);
}

function viewOf(
  row: RegistrationListed,
  names: ReadonlyMap<string, string>,
  { now, registrationTimes = defaultTimes }: ViewDeps,
): RegistrationView {
  return {
    id: row.registrationId,
    name: row.name,
    kind: row.kind,
    state: stateOf(row, now(), registrationTimes),
    version: row.version,
    url: row.serverUrl,
    ownUrl: row.ownUrl,
    kid: row.kid,
    keyName: row.keyName,
    entityId: row.entityId,
    entity: names.get(row.entityId) ?? '',
    installationId: row.installationId,
    handshake: row.handshake.toString('hex'),
    generation: row.generation,
    sourceAddress: row.sourceAddress,
    registeredAt: row.registeredAt.toISOString(),
    lastValidatedAt: row.lastValidatedAt.toISOString(),
    refusedAt: row.refusedAt?.toISOString() ?? null,
    refusedReason: row.refusedReason,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    revokedBy: row.revokedBy,
  };
}

function stateOf(row: RegistrationListed, now: Date, times: RegistrationTimes): RegistrationView['state'] {
  if (row.revokedAt !== null || row.keyRevokedAt !== null) return 'revoked';
  if (row.keyUseUntil !== null && row.keyUseUntil <= now) return 'expired';
  if (row.refusedReason === 'key_url_mismatch') return 'url_mismatch';
  if (row.refusedReason !== null) return 'revoked';
  const ageMs = now.getTime() - row.lastValidatedAt.getTime();
  if (ageMs > times.graceMs) return 'expired';
  return ageMs > times.validateEveryMs * 1.5 ? 'grace' : 'valid';
}
