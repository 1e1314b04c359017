import { hintOf, issueSecret, parseSecret } from '../domain/key-format';
import { hashesOf, hashOf, type SecretHash } from '../domain/pepper';
import type { Upstream } from '../domain/upstream';
import { updateInstanceUrls } from '../store/bound-urls';
import {
  findTokenByHash,
  insertToken,
  listTokensOfSettings,
  lockFullAdmins,
  markFromSettings,
  markTokenRevoked,
  type AdminTokenRecord,
} from '../store/admin-tokens';
import { appendAudit } from '../store/audit';
import { findChainHead } from '../store/audit-chain';
import { lockTree } from '../store/entities';
import * as store from '../store/instances';
import { notifyKeyChange } from '../store/keys/key-changes';
import { insertKey } from '../store/keys/key-records';
import type { AdminDeps, Transaction } from './admin-deps';
import { resealGlpiApis } from './glpi/api-credentials';
import { firstInstanceId, fullAdmin, readPublicUrls, setUpInstance } from './instances';
import { freshPolicy } from './key-policy';
import { settlePepper } from './pepper';
import { rebindAtStart } from './rebind';
import { recordAudit } from './record-audit';
import { minTokenLength } from './tokens';
import { useUpstreamOfSettings } from './upstream';
import { resealUpstreams } from './upstream-secrets';
import { resealWebhooks } from './webhook-secrets';

type BootstrapDeps = Omit<AdminDeps, 'log'>;

export interface Bootstrapped {
  /** True for the one process that found the database empty. */
  readonly created: boolean;
  /** Shown once; only when it was made here, not when ADMIN_TOKEN was given. */
  readonly adminToken?: string;
  readonly registrationKey?: string;
}

const actor = 'gatehouse start';

/**
 * Makes an empty database ready: instance 1 with root entity, admin token and a first registration key. On a database
 * in use it brings the first instance's URLs and the ADMIN_TOKEN up to date. Safe when several processes start at once.
 * Throws PepperMismatch, RangeError for an ADMIN_TOKEN that is too short, Problem `body_invalid` for the URLs.
 */
export async function bootstrap(
  deps: BootstrapDeps,
  settings: {
    readonly publicUrls: readonly string[];
    readonly adminToken?: string;
    /** Where the first instance forwards to; undefined: nowhere, unless an admin said so. */
    readonly upstream?: Omit<Upstream, 'instanceId' | 'version'> | undefined;
  },
): Promise<Bootstrapped> {
  const { adminToken } = settings;
  if (adminToken !== undefined && adminToken.length < minTokenLength) {
    throw new RangeError(`ADMIN_TOKEN must have at least ${minTokenLength} characters`);
  }
  const publicUrls = readPublicUrls(settings.publicUrls);
  return await deps.db.transaction().execute(async (trx) => {
    await store.lockInstallation(trx);
    const replacedPepper = await settlePepper(deps, trx);
    await resealUpstreams(deps, trx);
    await resealGlpiApis(deps, trx);
    await resealWebhooks(deps, trx);
    const instance = await store.findInstance(trx, firstInstanceId);
    if (instance === undefined) {
      const made = await setUpFirst(deps, trx, publicUrls, adminToken);
      await useUpstreamOfSettings(deps, trx, { instanceId: firstInstanceId, actor }, settings.upstream);
      return made;
    }
    // Before the audit's end is locked: whoever changes a token or the tree at this time locks in the same order.
    await lockFullAdmins(trx, firstInstanceId);
    await lockTree(trx, firstInstanceId);
    const caller = { instanceId: firstInstanceId, actor };
    await useUpstreamOfSettings(deps, trx, caller, settings.upstream);
    if (replacedPepper !== undefined) {
      const detail = { before: replacedPepper, after: deps.peppers.active.id };
      await recordAudit(deps, trx, caller, 'pepper.rotate', 'pepper', detail);
    }
    if (instance.publicUrls.join(' ') !== publicUrls.join(' ')) {
      const urls = { urls: instance.publicUrls, aliases: instance.urlAliases };
      const after = rebindAtStart(urls, publicUrls, deps.now());
      await updateInstanceUrls(trx, firstInstanceId, after);
      const detail = { before: instance.publicUrls, after: publicUrls, formerUrls: after.aliases };
      await recordAudit(deps, trx, caller, 'instance.update', String(firstInstanceId), detail);
      await notifyKeyChange(trx, '*');
    }
    if (adminToken !== undefined) await useTokenOfSetting(deps, trx, adminToken);
    await chainAudits(trx);
    return { created: false };
  });
}

/** Takes what was audited by a version without the chain into it. */
async function chainAudits(trx: Transaction): Promise<void> {
  for (const { instanceId } of await store.listInstances(trx)) {
    if ((await findChainHead(trx, instanceId)) === undefined) await appendAudit(trx, instanceId, []);
  }
}

async function setUpFirst(
  deps: BootstrapDeps,
  trx: Transaction,
  publicUrls: readonly string[],
  adminToken: string | undefined,
): Promise<Bootstrapped> {
  const createdAt = deps.now();
  const minted = issueSecret('gra', deps.random);
  const full = adminToken ?? minted.full;
  const instance = { instanceId: firstInstanceId, name: 'default', publicUrls, createdAt };
  const isOfSetting = adminToken !== undefined;
  const token = {
    ...tokenOf(deps, full),
    name: isOfSetting ? tokenOfSetting : 'first token',
    fromSettings: isOfSetting,
  };
  const { rootEntityId } = await setUpInstance(deps, trx, instance, token);
  const key = issueSecret('grk', deps.random);
  await insertKey(trx, firstInstanceId, {
    ...freshPolicy,
    name: 'first key',
    entityId: rootEntityId,
    kid: key.id,
    hash: hashOf(deps.peppers, key.full),
    hint: hintOf(key.full),
    createdAt,
    createdBy: actor,
  });
  const caller = { instanceId: firstInstanceId, actor };
  await recordAudit(deps, trx, caller, 'instance.create', String(firstInstanceId), { publicUrls });
  await recordAudit(deps, trx, caller, 'key.create', key.id);
  return {
    created: true,
    ...(adminToken === undefined ? { adminToken: full } : {}),
    registrationKey: key.full,
  };
}

const tokenOfSetting = 'ADMIN_TOKEN';

/**
 * A token that was revoked stays known, so that a setting left behind does not bring it back. When the setting has
 * changed, the token that it was before ends: whoever knows only the old one is out.
 */
async function useTokenOfSetting(deps: BootstrapDeps, trx: Transaction, full: string): Promise<void> {
  const caller = { instanceId: firstInstanceId, actor };
  const known = await findTokenByHash(trx, hashesOf(deps.peppers, full));
  if (known !== undefined && !isFullAdmin(known)) return;
  const tokenId = known?.tokenId ?? (await addTokenOfSetting(deps, trx, full));
  // One of a version that did not mark them.
  if (known?.fromSettings === false) await markFromSettings(trx, firstInstanceId, tokenId);
  for (const former of await listTokensOfSettings(trx, firstInstanceId)) {
    if (former.tokenId === tokenId) continue;
    await markTokenRevoked(trx, firstInstanceId, former.tokenId, deps.now());
    const detail = { why: 'ADMIN_TOKEN was changed' };
    await recordAudit(deps, trx, caller, 'token.revoke', former.tokenId, detail);
  }
}

/** Only such a token may take the place of another: a weaker one would lock everybody out. */
function isFullAdmin(token: AdminTokenRecord & { readonly instanceId: number }): boolean {
  const { instanceId, role, entityId, expiresAt, revokedAt } = token;
  const isLasting = expiresAt === null && revokedAt === null;
  return instanceId === firstInstanceId && role === 'admin' && entityId === null && isLasting;
}

async function addTokenOfSetting(deps: BootstrapDeps, trx: Transaction, full: string): Promise<string> {
  const token = {
    ...fullAdmin,
    ...tokenOf(deps, full),
    name: tokenOfSetting,
    createdAt: deps.now(),
    fromSettings: true,
  };
  await insertToken(trx, firstInstanceId, token);
  const caller = { instanceId: firstInstanceId, actor };
  await recordAudit(deps, trx, caller, 'token.create', token.tokenId, { name: tokenOfSetting });
  return token.tokenId;
}

/** A token of our form carries its id; any other gets a random one. */
function tokenOf(deps: BootstrapDeps, full: string): { tokenId: string; hash: SecretHash } {
  const parsed = parseSecret('gra', full);
  const tokenId = parsed.form === 'ok' ? parsed.id : issueSecret('gra', deps.random).id;
  return { tokenId, hash: hashOf(deps.peppers, full) };
}
