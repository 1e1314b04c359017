import type { EntityView } from '../../admin/entities';
import type { CreatedKey } from '../../admin/keys';
import type { Page } from '../../admin/page';
import type { SubmissionView } from '../../admin/submissions';
import type { Decided } from '../../simulation/score';
import type { AdminClient } from '../demo/admin-client';
import type { SentMessage } from './send-messages';

/** A site of the simulated company: its entity and the key that leads there. */
export interface Site {
  readonly entityId: string;
  readonly kid: string;
  readonly key: string;
}

/** An entity for the whole simulation below the first root, one below it for each site, and a key for each. */
export async function makeSites(api: AdminClient, count: number, name: string): Promise<Site[]> {
  const { items } = await api.get<Page<EntityView>>('/entities');
  const root = items.find(({ parentId }) => parentId === null) ?? items[0];
  if (root === undefined) throw new Error('there is no entity to put the simulation below');
  const top = await api.post<EntityView>('/entities', { name, parentId: root.id });
  const sites: Site[] = [];
  for (let number = 1; number <= count; number++) {
    const { id } = await api.post<EntityView>('/entities', { name: `Site ${number}`, parentId: top.id });
    const { kid, key } = await api.post<CreatedKey>('/keys', {
      name: `${name}, site ${number}`,
      entityId: id,
    });
    sites.push({ entityId: id, kid, key });
  }
  return sites;
}

const pageItems = 500;

/** What became of each message, asked of the admin API. */
export async function readDecisions(
  api: AdminClient,
  sites: readonly Site[],
  sent: readonly SentMessage[],
  onRead: (count: number) => void,
): Promise<Decided[]> {
  const submissions = new Map<string, SubmissionView>();
  for (const { kid } of sites) {
    let after: string | null = null;
    do {
      const query = new URLSearchParams({
        key: kid,
        limit: String(pageItems),
        ...(after === null ? {} : { after }),
      });
      const page: Page<SubmissionView> = await api.get(`/submissions?${query.toString()}`);
      for (const submission of page.items) submissions.set(submission.id, submission);
      onRead(submissions.size);
      after = page.next;
    } while (after !== null);
  }
  return sent.map(({ message, submissionId }) => {
    const submission = submissions.get(submissionId ?? '');
    const isAccepted = submission?.verdict === 'accepted';
    return {
      message,
      verdict: submission?.verdict ?? 'refused',
      reason: submission?.reason ?? undefined,
      rule: ruleOf(submission?.evidence),
      assetId: isAccepted ? (submission.assetId ?? undefined) : undefined,
      isInEntity: isAccepted ? submission.entityId === sites[message.site]?.entityId : undefined,
    };
  });
}

function ruleOf(evidence: SubmissionView['evidence'] | undefined): string | undefined {
  const match = evidence?.match;
  const isGrounds = typeof match === 'object' && match !== null && 'rule' in match;
  return isGrounds && typeof match.rule === 'string' ? match.rule : undefined;
}
