import type { SubmissionView } from '../../admin/submissions';

type Decided = Pick<SubmissionView, 'verdict' | 'outcome' | 'evidence' | 'meaning'>;

/** One line from the evidence of a decision: the grounds of the match, else what the reason means. */
export function whyOf({ verdict, outcome, evidence, meaning }: Decided): string {
  const match = recordOf(evidence.match);
  const rule = textOf(match.rule);
  const agreed = factorsOf(match.agreed);
  const entity = textOf(evidence.entity);
  if (verdict === 'accepted') {
    const grounds = agreed === '' ? rule + lookedAt(match.rejected) : `${rule} (${agreed})`;
    return outcome === 'created' && entity !== '' ? `${grounds}; ${entity}` : grounds;
  }
  const first = firstSentence(meaning ?? '');
  if (agreed === '' || verdict === 'refused') return first;
  const contradicted = factorsOf(match.contradicted);
  return contradicted === '' ? rule : `${rule} (differs: ${contradicted})`;
}

/** The best of the assets that were looked at and are not it. */
function lookedAt(rejected: unknown): string {
  const best = Array.isArray(rejected) ? recordOf(rejected[0]) : {};
  const why = textOf(best.why);
  return why === '' ? '' : ` (one looked at: ${why})`;
}

function factorsOf(value: unknown): string {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string').join(', ') : '';
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function firstSentence(text: string): string {
  return /^.*?[.:](?=\s|$)/.exec(text)?.[0].replace(/[.:]$/, '') ?? text;
}
