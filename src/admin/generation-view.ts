import type { Peppers } from '../domain/pepper';
import type { GenerationRecord } from '../store/keys/key-generations';
import type { KeyView } from './key-view';

/** One secret of a key as shown: never the secret, never a hash. */
export interface GenerationView {
  readonly generation: number;
  /** `current`: the newest. `grace`: an older one that is good until `useUntil`. `expired`: its grace is over. */
  readonly state: 'current' | 'grace' | 'expired' | 'retired';
  /** Last four characters. */
  readonly hint: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly useUntil: string | null;
  readonly retiredAt: string | null;
  readonly retiredWhy: string | null;
  readonly lastUsedAt: string | null;
  readonly lastUsedIp: string | null;
  /** Agents whose last message came with it. */
  readonly agentCount: number;
  /** Those of them that were heard of within retireUnusedDays of the key, or 30 days. */
  readonly activeAgentCount: number;
  readonly safeToRetire: boolean;
  /** Why it is not safe. */
  readonly whyNot: string | null;
  /** Whether its hash was made with KEY_PEPPER; `missing`: with one that is not given. */
  readonly pepper: 'active' | 'previous' | 'missing';
}

/** An agent that was silent for longer is taken for gone, when its key names no other time. */
const goneAfterDays = 30;
const dayMs = 24 * 60 * 60_000;
/** Agents come once a day: whoever has no row as an agent would have used it within this time. */
const quietMs = 2 * dayMs;

/** Agents heard of since then count as users. */
export function inUseSince({ retireUnusedDays }: Pick<KeyView, 'retireUnusedDays'>, now: Date): Date {
  return new Date(now.getTime() - (retireUnusedDays ?? goneAfterDays) * dayMs);
}

interface Around {
  readonly key: Pick<KeyView, 'generation' | 'retireUnusedDays'>;
  readonly now: Date;
  readonly peppers: Peppers;
}

export function generationView(row: GenerationRecord, { key, now, peppers }: Around): GenerationView {
  const state = stateOf(row, key.generation, now);
  const whyNot = whyNotSafe(row, state, now);
  return {
    generation: row.generation,
    state,
    hint: row.hint,
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdBy,
    useUntil: row.useUntil?.toISOString() ?? null,
    retiredAt: row.retiredAt?.toISOString() ?? null,
    retiredWhy: row.retiredWhy,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    lastUsedIp: row.lastUsedIp,
    agentCount: row.agentCount,
    activeAgentCount: row.activeAgentCount,
    safeToRetire: whyNot === null,
    whyNot,
    pepper: pepperOf(row.pepperId, peppers),
  };
}

function stateOf(row: GenerationRecord, newest: number, now: Date): GenerationView['state'] {
  if (row.retiredAt !== null) return 'retired';
  if (row.useUntil !== null && row.useUntil <= now) return 'expired';
  return row.generation === newest ? 'current' : 'grace';
}

function whyNotSafe(row: GenerationRecord, state: GenerationView['state'], now: Date): string | null {
  if (state === 'current') return 'It is the newest: rotate the key first.';
  if (state !== 'grace') return null;
  const { activeAgentCount, lastUsedAt } = row;
  if (activeAgentCount > 0) {
    return `${activeAgentCount} agent${activeAgentCount === 1 ? '' : 's'} used it last, and would be locked out.`;
  }
  const isRecent = lastUsedAt !== null && now.getTime() - lastUsedAt.getTime() < quietMs;
  return isRecent ? 'It was used within the last two days.' : null;
}

function pepperOf(pepperId: string, { active, previous }: Peppers): GenerationView['pepper'] {
  if (pepperId === active.id) return 'active';
  return pepperId === previous?.id ? 'previous' : 'missing';
}
