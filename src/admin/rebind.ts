import { canonicalUrl, urlText } from '../domain/canonical-url';
import { Problem } from '../domain/problem';
import { isServing, maxUrlAliases, rebound, type Rebinding } from '../domain/url-binding';
import { updateInstanceUrls, updateKeyUrls } from '../store/bound-urls';
import * as instances from '../store/instances';
import { notifyKeyChange } from '../store/keys/key-changes';
import { lockKeyRecord, type KeyRecord } from '../store/keys/key-records';
import type { AdminDeps, Caller } from './admin-deps';
import { isInside } from './entity-scope';
import { firstInstanceId, getInstance, type InstanceView } from './instances';
import type { KeyView } from './key-view';
import { getKey } from './keys';
import { idShape } from './page';
import { calendarTime, notInCalendar } from './read-time';
import { recordAudit } from './record-audit';

export interface RebindInput {
  /** One URL or several, the first is shown. Left out: bound as it is, only the end of former URLs changes. */
  readonly url?: string | readonly string[];
  /**
   * Until when former URLs count, ISO 8601: those that are left now, and those that still serve from before. Null is
   * for ever, a time gone by is at once. Left out: 30 days for those left now, the others keep their end.
   */
  readonly keepOldUntil?: string | null;
}

/**
 * Binds a key to other URLs without a new secret; agents may go on under the old ones for a while.
 * Throws Problem `not_found`, `key_revoked`, `body_invalid`.
 */
export async function rebindKey(
  deps: AdminDeps,
  caller: Caller,
  kid: string,
  input: RebindInput,
): Promise<KeyView> {
  const wanted = readInput(input);
  await deps.db.transaction().execute(async (trx) => {
    const key = idShape.test(kid) ? await lockKeyRecord(trx, caller.instanceId, kid) : undefined;
    if (key === undefined || !(await isInside(trx, caller, key.entityId))) {
      throw new Problem('not_found', 'There is no such registration key.');
    }
    if (key.revokedAt !== null) throw new Problem('key_revoked', 'A revoked key cannot be bound to a URL.');
    const before = wanted.urls === undefined ? ownUrls(key) : servedUrls(key, deps.now());
    const after = afterRebind(before, wanted, deps.now());
    await updateKeyUrls(trx, caller.instanceId, kid, after);
    await recordAudit(deps, trx, caller, 'key.rebind', kid, { before, after });
    await notifyKeyChange(trx, kid);
  });
  return await getKey(deps, caller, kid);
}

/**
 * The same for the instance, and so for all its keys that have no URL of their own. The first instance is bound by
 * the setting PUBLIC_URL: there only the end of its former URLs can be changed.
 * Throws Problem `not_found`, `body_invalid`.
 */
export async function rebindInstance(
  deps: AdminDeps,
  caller: Caller,
  input: RebindInput,
): Promise<InstanceView> {
  const wanted = readInput(input);
  await deps.db.transaction().execute(async (trx) => {
    await instances.lockInstallation(trx);
    const instance = await instances.findInstance(trx, caller.instanceId);
    if (instance === undefined) throw new Problem('not_found', 'There is no such instance.');
    const before = { urls: instance.publicUrls, aliases: instance.urlAliases };
    if (caller.instanceId === firstInstanceId && (wanted.urls ?? before.urls).join() !== before.urls.join()) {
      const message = 'is set by PUBLIC_URL for the first instance: change it there and start again';
      throw new Problem('body_invalid', 'The URLs of this instance are set by PUBLIC_URL.', [
        { field: '/url', message },
      ]);
    }
    const after = afterRebind(before, wanted, deps.now());
    await updateInstanceUrls(trx, caller.instanceId, after);
    const detail = { rebind: true, before, after };
    await recordAudit(deps, trx, caller, 'instance.update', String(caller.instanceId), detail);
    await notifyKeyChange(trx, '*');
  });
  return await getInstance(deps, caller);
}

/** What a start does to the first instance when PUBLIC_URL is another than before. */
export function rebindAtStart(before: Rebinding, publicUrls: readonly string[], now: Date): Rebinding {
  // Nobody is left behind on the loopback URL that Gatehouse has before a PUBLIC_URL is given.
  const urls = before.urls.filter((url) => canonicalUrl(url)?.host !== 'localhost');
  return (
    rebound({ ...before, urls }, publicUrls, undefined, now) ?? { urls: publicUrls, aliases: before.aliases }
  );
}

function ownUrls(key: KeyRecord): Rebinding {
  return { urls: key.urls, aliases: key.urlAliases };
}

/** A key that leaves the URLs of its instance takes those along that its agents may use. */
function servedUrls(key: KeyRecord, now: Date): Rebinding {
  if (key.urls.length > 0) return ownUrls(key);
  const ofInstance = key.instanceUrlAliases.filter((alias) => isServing(alias, now));
  const known = new Set(ofInstance.map(({ url }) => url));
  const own = key.urlAliases.filter(({ url }) => !known.has(url));
  return { urls: key.instanceUrls, aliases: [...ofInstance, ...own] };
}

interface Wanted {
  readonly urls: readonly string[] | undefined;
  readonly keepOldUntil: Date | null | undefined;
}

function afterRebind(before: Rebinding, wanted: Wanted, now: Date): Rebinding {
  const after = rebound(before, wanted.urls ?? before.urls, wanted.keepOldUntil, now);
  if (after !== undefined) return after;
  throw new Problem('body_invalid', `More than ${maxUrlAliases} former URLs would still serve.`, [
    { field: '/keepOldUntil', message: 'must end some of them: say a time gone by to end all' },
  ]);
}

function readInput({ url, keepOldUntil }: RebindInput): Wanted {
  const texts = url === undefined ? undefined : typeof url === 'string' ? [url] : url;
  const urls = texts?.map((text, place) => {
    const read = canonicalUrl(text.trim());
    if (read !== undefined) return urlText(read);
    throw new Problem('body_invalid', 'The URL cannot be read.', [
      {
        field: typeof url === 'string' ? '/url' : `/url/${place}`,
        message: 'must be an http or https URL without user, query and fragment',
      },
    ]);
  });
  const until = keepOldUntil == null ? keepOldUntil : calendarTime(keepOldUntil);
  if (typeof keepOldUntil === 'string' && until === undefined) {
    throw new Problem('body_invalid', 'The time cannot be read.', [
      { field: '/keepOldUntil', message: notInCalendar },
    ]);
  }
  return { urls: urls && [...new Set(urls)], keepOldUntil: until };
}
