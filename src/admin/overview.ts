import { countAssets, countAssetsOfKeys, type AssetCount } from '../store/asset-tally';
import { countOpenCases } from '../store/quarantine';
import { listKeyPage } from '../store/keys/key-pages';
import type { KeyRecord } from '../store/keys/key-records';
import { countSilentAssets, maxSilentCounted } from '../store/silent-assets';
import {
  countSubmissions,
  countSubmissionsOfKeys,
  type Span,
  type SubmissionCount,
} from '../store/submission-tally';
import type { AdminDeps, Caller } from './admin-deps';
import type { CaseView } from './case-view';
import { completeNamesShown, entityScope, topOf } from './entity-scope';
import { getForwardStatus, type ForwardStatus } from './forwarding/status';
import { listQuarantine } from './quarantine';

export interface OverviewQuery {
  /** Of this entity and all below it; left out: of all that exists for the caller. */
  readonly entity?: string;
  /** Hours of submissions, 1 to 168, or days, 1 to 366; default 24 hours. */
  readonly hours?: number;
  readonly days?: number;
  /** Default: AGENTS_SILENT_DAYS. */
  readonly silentDays?: number;
}

export interface Overview {
  readonly at: string;
  readonly submissions: {
    readonly span: Span;
    readonly from: string;
    /** Each hour or day, the present one last; without gaps. */
    readonly items: readonly SubmissionPoint[];
  };
  readonly assets: {
    readonly active: number;
    readonly retired: number;
    readonly byItemtype: readonly { readonly itemtype: string; readonly count: number }[];
    /** Those with most assets of their own. */
    readonly byEntity: readonly {
      readonly entityId: string;
      readonly entity: string;
      readonly count: number;
    }[];
    /** In entities that are not named. */
    readonly elsewhere: number;
  };
  readonly silent: {
    readonly days: number;
    readonly before: string;
    readonly count: number;
    readonly isMore: boolean;
  };
  readonly quarantine: {
    readonly open: number;
    readonly isMore: boolean;
    /** Held devices that wait, the latest seen first. */
    readonly newest: readonly CaseView[];
  };
  /** Those with most assets first, and those that end soon. */
  readonly keys: readonly KeyUse[];
  /** What waits for GLPI; `upstream` is null where inventories are stored here only. */
  readonly forwarding: Pick<ForwardStatus, 'upstream' | 'backlog'>;
}

interface SubmissionPoint {
  readonly start: string;
  readonly accepted: number;
  readonly quarantined: number;
  readonly refused: number;
}

interface KeyUse {
  readonly kid: string;
  readonly name: string;
  readonly entityId: string;
  readonly entity: string;
  readonly assets: number;
  readonly maxAssets: number | null;
  readonly useUntil: string | null;
  readonly enrolUntil: string | null;
  readonly lastUsedAt: string | null;
  /** Submissions of the last seven days. */
  readonly week: { readonly accepted: number; readonly quarantined: number; readonly refused: number };
}

export interface OverviewDeps extends AdminDeps {
  readonly agentsSilentDays: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const maxNamed = 20;
const maxNewest = 5;
const maxKeysLookedAt = 500;

/** Everything for the first page. Bounded whatever the size of the fleet: counts are kept, not made. */
export async function getOverview(
  deps: OverviewDeps,
  caller: Caller,
  query: OverviewQuery,
): Promise<Overview> {
  const now = deps.now();
  const scoped = query.entity === undefined ? {} : { entity: query.entity, recursive: 'true' };
  const entityIds = await entityScope(deps, caller, scoped);
  const subject = { top: query.entity ?? topOf(caller), entityIds };
  const silentDays = query.silentDays ?? deps.agentsSilentDays;
  const silentBefore = new Date(now.getTime() - silentDays * dayMs);
  const { span, from } = spanOf(query, now);
  const [counts, submissions, silent, open, newest, keys, { upstream, backlog }] = await Promise.all([
    countAssets(deps.db, caller.instanceId, entityIds),
    countSubmissions(deps.db, caller.instanceId, subject, span, from),
    countSilentAssets(deps.db, caller.instanceId, entityIds, silentBefore),
    countOpenCases(deps.db, caller.instanceId, entityIds),
    listQuarantine(deps, caller, { ...scoped, limit: maxNewest }),
    keyUse(deps, caller, entityIds, now),
    getForwardStatus(deps, caller, query.entity === undefined ? {} : { entity: query.entity }),
  ]);
  return {
    at: now.toISOString(),
    submissions: { span, from: from.toISOString(), items: pointsOf(submissions, span, from, now) },
    assets: await assetsOf(deps, caller, counts),
    silent: {
      days: silentDays,
      before: silentBefore.toISOString(),
      count: Math.min(silent, maxSilentCounted),
      isMore: silent > maxSilentCounted,
    },
    quarantine: { ...open, newest: newest.items },
    keys,
    forwarding: { upstream, backlog },
  };
}

function spanOf({ hours, days }: OverviewQuery, now: Date): { span: Span; from: Date } {
  const floor = (stepMs: number, steps: number): Date =>
    new Date((Math.floor(now.getTime() / stepMs) - (steps - 1)) * stepMs);
  return days === undefined
    ? { span: 'hour', from: floor(hourMs, hours ?? 24) }
    : { span: 'day', from: floor(dayMs, days) };
}

function pointsOf(counts: readonly SubmissionCount[], span: Span, from: Date, now: Date): SubmissionPoint[] {
  const stepMs = span === 'hour' ? hourMs : dayMs;
  const known = new Map(
    counts.map(({ start, verdict, count }) => [`${start.toISOString()} ${verdict}`, count]),
  );
  const points: SubmissionPoint[] = [];
  for (let at = from.getTime(); at <= now.getTime(); at += stepMs) {
    const start = new Date(at).toISOString();
    const of = (verdict: string): number => known.get(`${start} ${verdict}`) ?? 0;
    points.push({ start, accepted: of('accepted'), quarantined: of('quarantined'), refused: of('refused') });
  }
  return points;
}

async function assetsOf(
  deps: AdminDeps,
  caller: Caller,
  counts: readonly AssetCount[],
): Promise<Overview['assets']> {
  const active = counts.filter(({ status }) => status === 'active');
  const byEntity = summed(active, ({ entityId }) => entityId);
  const named = byEntity.slice(0, maxNamed);
  const names = await completeNamesShown(
    deps.db,
    caller,
    named.map(([entityId]) => entityId),
  );
  return {
    active: total(active),
    retired: total(counts.filter(({ status }) => status === 'retired')),
    byItemtype: summed(active, ({ itemtype }) => itemtype).map(([itemtype, count]) => ({ itemtype, count })),
    byEntity: named.map(([entityId, count]) => ({ entityId, entity: names.get(entityId) ?? '', count })),
    elsewhere: byEntity.slice(maxNamed).reduce((sum, [, count]) => sum + count, 0),
  };
}

const total = (counts: readonly { readonly count: number }[]): number =>
  counts.reduce((sum, { count }) => sum + count, 0);

/** Most first; of as many, in the order of the names. */
function summed(counts: readonly AssetCount[], nameOf: (one: AssetCount) => string): [string, number][] {
  const sums = new Map<string, number>();
  for (const one of counts) sums.set(nameOf(one), (sums.get(nameOf(one)) ?? 0) + one.count);
  return [...sums].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}

/** Of the newest keys: those that end within 30 days or are nearly used up, then those with most assets. */
async function keyUse(
  deps: AdminDeps,
  caller: Caller,
  entityIds: readonly string[] | undefined,
  now: Date,
): Promise<KeyUse[]> {
  const page = { limit: maxKeysLookedAt, after: undefined };
  const all = (await listKeyPage(deps.db, caller.instanceId, { entityIds }, page)).filter(
    ({ revokedAt }) => revokedAt === null,
  );
  const assets = await countAssetsOfKeys(
    deps.db,
    caller.instanceId,
    all.map(({ kid }) => kid),
  );
  const weight = (key: KeyRecord): number => (isPressing(key, assets, now) ? 1 : 0);
  const keys = all
    .sort((a, b) => weight(b) - weight(a) || (assets.get(b.kid) ?? 0) - (assets.get(a.kid) ?? 0))
    .slice(0, maxNamed);
  const week = await countSubmissionsOfKeys(
    deps.db,
    caller.instanceId,
    keys.map(({ kid }) => kid),
    new Date((Math.floor(now.getTime() / dayMs) - 6) * dayMs),
  );
  const names = await completeNamesShown(
    deps.db,
    caller,
    keys.map(({ entityId }) => entityId),
  );
  return keys.map((key) => {
    const of = (verdict: string): number =>
      week.find((one) => one.kid === key.kid && one.verdict === verdict)?.count ?? 0;
    return {
      ...{ kid: key.kid, name: key.name, entityId: key.entityId, entity: names.get(key.entityId) ?? '' },
      ...{ assets: assets.get(key.kid) ?? 0, maxAssets: key.maxAssets },
      useUntil: key.useUntil?.toISOString() ?? null,
      enrolUntil: key.enrolUntil?.toISOString() ?? null,
      lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
      week: { accepted: of('accepted'), quarantined: of('quarantined'), refused: of('refused') },
    };
  });
}

function isPressing(key: KeyRecord, assets: ReadonlyMap<string, number>, now: Date): boolean {
  const soon = now.getTime() + 30 * dayMs;
  const endsSoon = [key.useUntil, key.enrolUntil].some(
    (end) => end !== null && end.getTime() <= soon && end > now,
  );
  const used = assets.get(key.kid) ?? 0;
  return endsSoon || (key.maxAssets !== null && used >= key.maxAssets * 0.9);
}
