import { Problem } from '../../domain/problem';
import { claimImport, listGlpiApis } from '../../store/glpi/glpi-api-settings';
import type { AdminDeps } from '../admin-deps';
import { importEntities } from './import-entities';

const hourMs = 60 * 60_000;
/** Whoever calls comes every hour, not to the second: a turn may be so much early. */
const slackMs = 5 * 60_000;

/**
 * Takes over the entities of every instance whose last import is `everyHours` ago; 0: of none. One process at a time does
 * an instance. What fails is logged, shown by `gatehouse glpi api show`, and tried again at its next turn. Resolves to how
 * many entities changed.
 */
export async function importDueEntities(deps: AdminDeps, everyHours: number): Promise<number> {
  if (everyHours === 0) return 0;
  let changes = 0;
  for (const instanceId of await listGlpiApis(deps.db)) {
    const now = deps.now();
    const before = new Date(now.getTime() - everyHours * hourMs + slackMs);
    if (!(await claimImport(deps.db, instanceId, before, now))) continue;
    try {
      const { lines } = await importEntities(deps, { instanceId, actor: 'gatehouse housekeeping' });
      changes += lines.filter(({ kind }) => kind !== 'tag-taken').length;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const { code, detail } = error;
      deps.log.warn({ instanceId, code, detail }, 'the entities of GLPI were not taken over');
    }
  }
  return changes;
}
