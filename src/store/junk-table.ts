import type { ColumnType, Generated, GeneratedAlways } from 'kysely';

/** Table `junk`; src/domain/junk.ts says what stands in it. */
export interface JunkTable {
  instance_id: number;
  kind: string;
  value: string;
  /** '' = under every key: never of what was learned. */
  kid: Generated<string>;
  junk_id: string;
  origin: string;
  since: Date;
  made_by: string;
  note: string | null;
  why: ColumnType<unknown, string | null, string | null>;
  is_learned: GeneratedAlways<boolean>;
}
