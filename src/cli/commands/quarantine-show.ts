import { getCase, type CaseDetail } from '../../admin/quarantine';
import { command } from '../command';
import { sheet, table, type Screen } from '../printing/table';
import { withGateway } from '../with-gateway';
import { aboutCase } from './quarantine-text';

export const quarantineShow = command({
  name: 'quarantine show',
  summary: 'show a held device side by side with the asset it claims to be',
  arguments: [{ name: '<id>', description: 'of the case, or of one of its submissions' }],
  examples: ['gatehouse quarantine show 0198c0de-0000-7000-8000-000000000002'],
  run: async (context, _options, id) => {
    const held = await withGateway(context, (gateway, caller) =>
      getCase({ ...gateway.admin, held: gateway.held }, caller, id),
    );
    return { value: held, text: (screen) => drawn(held, screen) };
  },
});

function drawn(held: CaseDetail, screen: Screen): string {
  return [
    sheet(aboutCase(held), screen),
    ...besides(held, screen),
    '',
    sheet([['evidence', JSON.stringify(held.evidence, null, 2).split('\n')]], screen),
    ...(held.resolution === null ? ['', whatToDo(held)] : []),
  ].join('\n');
}

function besides({ compared }: CaseDetail, screen: Screen): string[] {
  if (compared === null) return [];
  const identity = table(
    compared.identity.filter(({ mark }) => mark !== 'missing on both'),
    [
      { title: 'IDENTITY', text: ({ field }) => field },
      { title: 'DEVICE', text: ({ device }) => device.join(' ') || undefined },
      { title: 'ASSET', text: ({ asset }) => asset.join(' ') || undefined },
      { title: '', text: ({ mark }) => mark },
    ],
    screen,
  );
  const { content } = compared;
  if (content === null) return ['', identity];
  const sections = content.sections.map(({ section, differences }) => `${section} ${differences}`).join(', ');
  const differences = content.differences.map(({ section, change, row, fields = [] }) => {
    const words = fields.map(({ field, before, after }) => `${field}: ${textOf(before)} → ${textOf(after)}`);
    return [`${section} ${change}`, row, words.join('; ')].filter((part) => part !== '').join(': ');
  });
  const more = content.left > 0 ? [`and ${content.left} more`] : [];
  return [
    '',
    identity,
    '',
    sheet(
      [
        ['sections that differ', sections === '' ? 'none' : sections],
        ['asset → device', [...differences, ...more]],
      ],
      screen,
    ),
  ];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function whatToDo({ id, conflictsWith }: CaseDetail): string {
  const which = conflictsWith === null ? ' --asset <id>' : '';
  return [
    'Decide:',
    `  gatehouse quarantine resolve ${id} same${which}   it is this asset: take what it sent`,
    `  gatehouse quarantine resolve ${id} new    it is a device of its own`,
    `  gatehouse quarantine resolve ${id} reject refuse it`,
    `  gatehouse quarantine resolve ${id} ban    refuse what it shows, under every key`,
  ].join('\n');
}
