import { checkInput } from '../../admin/admin-schemas';
import { forgetJunk, getJunk, listJunk, sayJunk, type JunkInput, type JunkQuery } from '../../admin/junk';
import type { JunkDetail } from '../../admin/junk-view';
import { collect, command, given, limitOption, listed, type OptionRow } from '../command';
import { sheet, table, type Screen } from '../printing/table';
import type { Shown } from '../shown';

interface ListOptions {
  readonly kind?: string;
  readonly state?: string;
  readonly key?: string;
  readonly value?: string;
  readonly limit?: number;
}

const junkList = command<ListOptions>({
  name: 'junk list',
  summary: 'show identifiers that are junk, and those that are allowed, newest first',
  options: [
    { flags: '--kind <kind>', description: 'serial, uuid, mac, deviceid, certificate or sshkey' },
    { flags: '--state <state>', description: 'learned, declared or allowed' },
    { flags: '--key <kid>', description: 'what is said for exactly this key' },
    { flags: '--value <text>', description: 'exactly this value; with --kind in any notation' },
    limitOption,
  ],
  examples: ['gatehouse junk list --state learned', 'gatehouse junk list --kind serial --value 12AB34'],
  run: async (context, { limit, ...filters }) => {
    const query = checkInput('query', 'JunkQuery', given(filters)) as JunkQuery;
    const page = await context.withAdmin((admin, caller) =>
      collect(limit, (request) => listJunk(admin, caller, { ...query, ...request })),
    );
    return listed(page, 'No value is junk but the fillers that are built in.', (rows, screen) =>
      table(
        rows,
        [
          { title: 'ID', text: ({ id }) => id, isWhole: true },
          { title: 'STATE', text: ({ state }) => state },
          { title: 'KIND', text: ({ kind }) => kind },
          { title: 'VALUE', text: ({ value }) => value },
          { title: 'KEY', text: ({ kid }) => kid ?? 'all' },
          { title: 'MACHINES', text: ({ machines }) => machines?.toString() },
          { title: 'SINCE', text: ({ since }) => since.slice(0, 16).replace('T', ' ') },
          { title: 'NOTE', text: ({ note }) => note },
        ],
        screen,
      ),
    );
  },
});

const junkShow = command({
  name: 'junk show',
  summary: 'show why a value is junk: the machines that showed it, since when, and what follows',
  arguments: [{ name: '<id>', description: 'as in: gatehouse junk list' }],
  examples: ['gatehouse junk show 0198c0de-0000-7000-8000-000000000002'],
  run: async (context, _options, id) =>
    shownJunk(await context.withAdmin((admin, caller) => getJunk(admin, caller, id))),
});

const valueArguments = [
  { name: '<kind>', description: 'serial, uuid, mac, deviceid, certificate or sshkey' },
  { name: '<value>', description: 'in any notation' },
];
const keyOption: OptionRow = { flags: '--key <kid>', description: 'for this key; left out: for every key' };
const noteOption: OptionRow = { flags: '--note <text>', description: 'why, for the next who looks' };

interface SayOptions {
  readonly key?: string;
  readonly note?: string;
  readonly force?: true;
}

const junkAdd = command<SayOptions>({
  name: 'junk add',
  summary: 'declare a value junk: that two machines share it says nothing any more',
  arguments: valueArguments,
  options: [keyOption, noteOption],
  examples: ['gatehouse junk add serial "WBX MODEL 7" --note "the same on every board"'],
  run: async (context, { key, note }, kind, value) => {
    const input = inputOf({ kind, value, kid: key, note, state: 'declared' });
    return shownJunk(await context.withAdmin((admin, caller) => sayJunk(admin, caller, input)));
  },
});

const junkAllow = command<SayOptions>({
  name: 'junk allow',
  summary: 'let a value count, although it was learned as junk or is a filler that is built in',
  arguments: valueArguments,
  options: [
    keyOption,
    noteOption,
    { flags: '--force', description: 'although it is known from many machines: says first what that means' },
  ],
  examples: ['gatehouse junk allow serial 1010101 --key k3Yq9s2LrT --force'],
  run: async (context, { key, note, force }, kind, value) => {
    const input = inputOf({ kind, value, kid: key, note, force, state: 'allowed' });
    return shownJunk(await context.withAdmin((admin, caller) => sayJunk(admin, caller, input)));
  },
});

const junkForget = command({
  name: 'junk forget',
  summary: 'take back what was said or learned of a value; it may be learned again',
  arguments: [{ name: '<id>', description: 'as in: gatehouse junk list' }],
  examples: ['gatehouse junk forget 0198c0de-0000-7000-8000-000000000002'],
  run: async (context, _options, id) => {
    const forgotten = await context.withAdmin((admin, caller) => forgetJunk(admin, caller, id));
    return { value: forgotten, text: (screen) => sheet(Object.entries(forgotten), screen) };
  },
});

function inputOf(fields: Readonly<Record<string, unknown>>): JunkInput {
  return checkInput('body', 'JunkInput', given(fields)) as JunkInput;
}

function shownJunk(junk: JunkDetail): Shown {
  return { value: junk, text: (screen) => drawn(junk, screen) };
}

function drawn({ grounds, assets, assetCount, ...junk }: JunkDetail, screen: Screen): string {
  const devices = grounds?.devices.map(({ name, assetId, caseId, submissionId }) => {
    const what =
      assetId === undefined
        ? caseId === undefined
          ? `submission ${submissionId ?? ''}`
          : `case ${caseId}`
        : `asset ${assetId}`;
    return `${what} ${name ?? ''}`.trim();
  });
  const more = assetCount > assets.length ? [`and ${assetCount - assets.length} more`] : [];
  return sheet(
    [
      ['id', junk.id],
      ['kind', junk.kind],
      ['value', junk.value],
      ['state', junk.state],
      ['key', junk.kid ?? 'every key'],
      ['since', junk.since],
      ['by', junk.by],
      ['note', junk.note],
      ['known as', junk.filler],
      ['counted', devices],
      ['needed', grounds?.limit.toString()],
      ['source address', grounds?.sourceAddress],
      ['assets', [...assets.map(({ id, name }) => `${id} ${name ?? ''}`.trim()), ...more]],
      ['meaning', junk.meaning],
    ],
    screen,
  );
}

export const junkCommands = [junkList, junkShow, junkAdd, junkAllow, junkForget];
