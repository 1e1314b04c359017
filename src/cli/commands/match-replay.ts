import { InvalidArgumentError } from 'commander';
import { checkInput } from '../../admin/admin-schemas';
import {
  maxReplayed,
  replayMatch,
  type MatchReplayInput,
  type ProposalInput,
} from '../../admin/match-replay';
import type { ReplayedChange } from '../../admin/rematcher';
import { command, wholeNumber } from '../command';
import { table, type Screen } from '../printing/table';
import { withGateway } from '../with-gateway';

interface Options {
  readonly junk?: readonly Typed[];
  readonly allow?: readonly Typed[];
  readonly forget?: readonly Typed[];
  readonly key?: string;
  readonly limit?: number;
}

type Typed = Pick<ProposalInput, 'kind' | 'value'>;

/** Most devices that one run looks at when nothing else is said. */
const defaultLooked = 100_000;
const maxLooked = 1_000_000;
/** Changes that are printed and kept; what is beyond them is counted. */
const maxChangesKept = 10_000;

interface Replayed {
  readonly assets: number;
  readonly cases: number;
  readonly unread: number;
  readonly changed: number;
  /** The first `maxChangesKept`. */
  readonly changes: readonly ReplayedChange[];
  /** False: the limit was reached before the end. */
  readonly isWhole: boolean;
}

export const matchReplay = command<Options>({
  name: 'match replay',
  summary: 'show which stored and held devices would be decided on otherwise; writes nothing',
  options: [
    {
      flags: '--junk <kind=value>',
      description: 'as if this were declared junk; several times',
      parse: typed,
    },
    { flags: '--allow <kind=value>', description: 'as if this were allowed; several times', parse: typed },
    {
      flags: '--forget <kind=value>',
      description: 'as if nothing had been said or learned of this; several times',
      parse: typed,
    },
    { flags: '--key <kid>', description: 'as if it were said for this key; left out: for every key' },
    {
      flags: '--limit <n>',
      description: `devices looked at, at most (default ${defaultLooked})`,
      parse: wholeNumber(1, maxLooked),
    },
  ],
  examples: [
    'gatehouse match replay',
    'gatehouse match replay --junk "serial=WBX MODEL 7"',
    'gatehouse match replay --allow mac=00:e0:4c:68:00:01 --key k3Yq9s2LrT',
  ],
  run: async (context, options) => {
    const { limit = defaultLooked } = options;
    const say = proposalsOf(options);
    const progress = context.progress(undefined, 'devices looked at');
    const replayed = await withGateway(context, async (gateway, caller) => {
      const deps = { ...gateway.admin, rematcher: gateway.rematcher };
      return await replayAll(limit, progress, async (page) => {
        const input = checkInput('body', 'MatchReplayInput', { say, ...page }) as MatchReplayInput;
        return await replayMatch(deps, caller, input);
      });
    });
    progress.end();
    return { value: replayed, text: (screen) => drawn(replayed, screen) };
  },
});

/** `serial=12AB`: the first sign of equality ends the kind. */
function typed(text: string, previous: unknown): Typed[] {
  const [kind = '', ...rest] = text.split('=');
  if (rest.length === 0) throw new InvalidArgumentError('must be a kind and a value: serial=12AB');
  const before = Array.isArray(previous) ? (previous as Typed[]) : [];
  return [...before, { kind: kind as Typed['kind'], value: rest.join('=') }];
}

function proposalsOf({ junk = [], allow = [], forget = [], key }: Options): ProposalInput[] {
  const kid = key === undefined ? {} : { kid: key };
  const as = (state: ProposalInput['state'], some: readonly Typed[]): ProposalInput[] =>
    some.map((one) => ({ ...one, ...kid, state }));
  return [...as('declared', junk), ...as('allowed', allow), ...as('forgotten', forget)];
}

async function replayAll(
  limit: number,
  progress: (count: number) => void,
  readPage: (page: { limit: number; after?: string }) => ReturnType<typeof replayMatch>,
): Promise<Replayed> {
  const total = { assets: 0, cases: 0, unread: 0, changed: 0 };
  const changes: ReplayedChange[] = [];
  let next: string | null = null;
  let left = limit;
  do {
    const page: Awaited<ReturnType<typeof replayMatch>> = await readPage({
      limit: Math.min(maxReplayed, left),
      ...(next === null ? {} : { after: next }),
    });
    total.assets += page.assets;
    total.cases += page.cases;
    total.unread += page.unread;
    total.changed += page.changes.length;
    changes.push(...page.changes.slice(0, maxChangesKept - changes.length));
    left -= page.assets + page.cases;
    next = page.next;
    progress(total.assets + total.cases);
  } while (next !== null && left > 0);
  return { ...total, changes, isWhole: next === null };
}

function drawn({ assets, cases, unread, changed, changes, isWhole }: Replayed, screen: Screen): string {
  const sum =
    `${changed} changes in ${assets} assets and ${cases} held devices` +
    (unread > 0 ? `, ${unread} of them cannot be read` : '') +
    (isWhole ? '.' : '; there are more: ask for them with --limit.');
  if (changes.length === 0) return sum;
  const drawnChanges = table(
    changes,
    [
      { title: 'DEVICE', text: ({ assetId, caseId }) => assetId ?? caseId, isWhole: true },
      { title: 'NAME', text: ({ name }) => name },
      { title: 'KEY', text: ({ kid }) => kid },
      { title: 'QUESTION', text: ({ question }) => question },
      { title: 'WAS', text: ({ was, assetId }) => wordsOf(was, assetId) },
      { title: 'WOULD BE', text: ({ would, assetId }) => wordsOf(would, assetId) },
      { title: 'RULE', text: ({ would }) => would.rule },
    ],
    screen,
  );
  return `${drawnChanges}\n\n${sum}`;
}

function wordsOf({ decision, assetId, reason }: ReplayedChange['was'], own: string | null): string {
  const which = assetId === null ? '' : assetId === own ? 'itself' : assetId;
  return [decision === 'known' ? '' : decision, reason ?? '', which].filter((part) => part !== '').join(' ');
}
