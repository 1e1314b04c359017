import type { Log } from '../observability/log';
import type { Database } from '../store/database';
import { keepSoftwareSearchable, type KeepSearchable } from '../store/software/keep-searchable';
import { readSoftwareState } from '../store/software/waiting-software';

/** Wires what makes assets found by their software. */
export function startSearching({ pool }: Database, log: Log, idleMs: number | undefined): KeepSearchable {
  const onTrouble = (what: string, error: unknown): void => {
    log.warn({ err: error }, `trouble ${what}`);
  };
  return keepSoftwareSearchable({
    pool,
    onTrouble,
    onProgress: (assets) => {
      readSoftwareState(pool).then(
        ({ waiting }) => {
          log.info({ assets, waiting }, 'assets made searchable by their software');
        },
        (error: unknown) => {
          onTrouble('counting assets whose software is not searchable', error);
        },
      );
    },
    ...(idleMs === undefined ? {} : { idleMs }),
  });
}
