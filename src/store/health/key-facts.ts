import type { Pool } from 'pg';

/** How many keys, and some of them by name. */
export interface KeyGroup {
  readonly count: number;
  readonly names: readonly string[];
}

export interface KeyFacts {
  /** Not revoked, and their time is not over. */
  readonly good: number;
  readonly usedUp: KeyGroup;
  /** Nine tenths of their assets or more, and not all. */
  readonly nearlyUsedUp: KeyGroup;
  /** Their time, or that for new devices, ends before `soon`. */
  readonly endSoon: KeyGroup;
  /** Their time is over since `lately`. */
  readonly ended: KeyGroup;
}

interface Row {
  readonly matter: 'good' | 'usedUp' | 'nearlyUsedUp' | 'endSoon' | 'ended';
  readonly count: number;
  readonly names: readonly string[] | null;
}

export interface KeyTimes {
  readonly now: Date;
  readonly soon: Date;
  readonly lately: Date;
}

export async function readKeyFacts(pool: Pool, { now, soon, lately }: KeyTimes): Promise<KeyFacts> {
  const { rows } = await pool.query<Row>(keyFacts, [now, soon, lately]);
  const of = (matter: Row['matter']): KeyGroup => {
    const { count = 0, names } = rows.find((row) => row.matter === matter) ?? {};
    return { count, names: names ?? [] };
  };
  return {
    good: of('good').count,
    usedUp: of('usedUp'),
    nearlyUsedUp: of('nearlyUsedUp'),
    endSoon: of('endSoon'),
    ended: of('ended'),
  };
}

/** A key may be named under several matters. Canaries are baits: nobody minds when they end. */
const keyFacts = `
  WITH key AS (
    SELECT kid || ' ' || left(name, 60) AS name, max_assets AS most, use_until, enrol_until,
           (SELECT coalesce(sum(n), 0) FROM asset_tally t
             WHERE t.instance_id = k.instance_id AND t.kid = k.kid AND t.status <> 'merged') AS assets
      FROM registration_key k WHERE revoked_at IS NULL AND NOT canary AND (use_until IS NULL OR use_until >= $3)),
  good AS (SELECT * FROM key WHERE use_until IS NULL OR use_until > $1),
  matters AS (
    SELECT 'good' AS matter, NULL AS name FROM good
    UNION ALL SELECT 'usedUp', name FROM good WHERE assets >= most
    UNION ALL SELECT 'nearlyUsedUp', name FROM good WHERE assets >= most * 0.9 AND assets < most
    UNION ALL SELECT 'endSoon', name FROM good WHERE use_until <= $2 OR (enrol_until > $1 AND enrol_until <= $2)
    UNION ALL SELECT 'ended', name FROM key WHERE use_until <= $1)
  SELECT matter, count(*)::int AS count, (array_agg(name ORDER BY name) FILTER (WHERE name IS NOT NULL))[1:3] AS names
    FROM matters GROUP BY matter`;
