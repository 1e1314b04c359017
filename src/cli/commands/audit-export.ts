import { exportAudit } from '../../admin/export-audit';
import { command } from '../command';

export const auditExport = command({
  name: 'audit export',
  summary: 'write the whole audit log as lines of JSON, with the hash of each entry',
  examples: ['gatehouse audit export > audit.ndjson'],
  run: async (context) => {
    // On a terminal the entries themselves say how far it is.
    const progress =
      context.screen.columns === undefined ? context.progress(undefined, 'entries') : undefined;
    let entries = 0;
    await context.withAdmin(async (admin, caller) => {
      for await (const lines of exportAudit(admin, caller)) {
        await context.writeJsonLines(lines);
        entries += lines.split('\n').length - 1;
        progress?.(entries);
      }
    });
    progress?.end();
    return undefined;
  },
});
