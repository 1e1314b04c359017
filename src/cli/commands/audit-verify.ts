import { InvalidArgumentError } from 'commander';
import { verifyAudit, type AuditCheck } from '../../admin/verify-audit';
import { command } from '../command';
import { exitCodes } from '../exit-code';
import type { Screen } from '../printing/table';

export const auditVerify = command<{ expectHead?: string }>({
  name: 'audit verify',
  summary: 'check that no entry of the audit log was changed, taken out, put in or moved',
  options: [
    {
      flags: '--expect-head <hash>',
      description: 'a head that was printed before; without it a cut-off end goes unseen',
      parse: readHash,
    },
  ],
  examples: ['gatehouse audit verify', 'gatehouse audit verify --expect-head 5f2c…'],
  run: async (context, options) => {
    const progress = context.progress(undefined, 'entries checked');
    const check = await context.withAdmin((admin, caller) =>
      verifyAudit(admin, caller, { ...options, onProgress: progress }),
    );
    progress.end();
    return {
      value: check,
      text: (screen) => textOf(check, screen),
      exitCode: check.intact ? exitCodes.done : exitCodes.refused,
    };
  },
});

function readHash(text: string): string {
  if (/^[0-9a-fA-F]{64}$/.test(text)) return text;
  throw new InvalidArgumentError('must be the 64 hex digits of a head.');
}

function textOf({ entries, head, unchained, fault }: AuditCheck, { paint }: Screen): string {
  const lines =
    fault === null
      ? [paint('green', `The audit log is intact: ${entries} entries.`)]
      : [
          paint('red', `The audit log is not as it was written (${fault.kind}).`),
          fault.message,
          ...(fault.id === null ? [] : [`Id of the entry: ${fault.id}`]),
          `Entries found right before it: ${entries}`,
        ];
  if (unchained > 0 && fault === null) {
    lines.push(`${unchained} entries are older than the chain; the next start takes them in.`);
  }
  if (head !== null && fault === null) {
    lines.push(
      `Head: entry ${head.seq}`,
      `  ${head.hash}`,
      'Keep it elsewhere, and give it to --expect-head later.',
    );
  }
  return lines.join('\n');
}
