import type { ColumnType, Generated } from 'kysely';

/** Table `junk`; src/domain/junk.ts says what stands in it. */
export interface JunkTable {
  instance_id: number;
  kind: string;
  value: string;
  /** '' = under every key. */
  kid: Generated<string>;
  junk_id: string;
  origin: string;
  since: Date;
  made_by: string;
  note: string | null;
  why: ColumnType<unknown, string | null, string | null>;
}
