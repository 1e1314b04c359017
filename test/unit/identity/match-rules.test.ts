import type { Agreement, Comparison, Holdings } from '../../../src/identity/comparison';
import {
  decisionTable,
  row,
  type Condition,
  type DecisionTable,
  type Row,
} from '../../../src/identity/decision-table';
import { fullRules, partialRules, scannedAgentRules, scannedRules } from '../../../src/identity/match-rules';

const agreements: Agreement[] = ['equal', 'differs', 'unknown'];
const holdings: Holdings[] = ['level', 'gone', 'come', 'mixed'];
const conditions: Condition[] = [
  'virtual-machine',
  'certificate',
  'numbers-known',
  'only-discovered',
  'address-only',
  'name-only',
  'other-agentid',
  'same-agentid',
  'no-other-card',
];
const conditionSets = [
  new Set<Condition>(),
  ...conditions.map((condition) => new Set([condition])),
  new Set(conditions),
];

function* comparisons(): Generator<Comparison> {
  for (const serial of agreements)
    for (const uuid of agreements)
      for (const mac of agreements)
        for (const install of agreements)
          for (const hostname of agreements)
            for (const address of agreements)
              for (const held of holdings)
                yield {
                  certificate: 'unknown',
                  sshkey: 'unknown',
                  agentid: 'unknown',
                  serial,
                  uuid,
                  mac,
                  install,
                  hostname,
                  address,
                  holdings: held,
                  isAddressOnly: false,
                  isNameOnly: false,
                  isSerialOfOtherMaker: false,
                };
}

function decided(table: DecisionTable): [Comparison, Row][] {
  return [...comparisons()].flatMap((comparison) =>
    conditionSets.map((set): [Comparison, Row] => [comparison, table(comparison, set)]),
  );
}

const tables = { fullRules, partialRules, scannedRules, scannedAgentRules };

test.each(Object.entries(tables))('%s decides every case', (_name, table) => {
  expect(decided(table)).toHaveLength(3 ** 6 * 4 * conditionSets.length);
});

test.each(Object.entries(tables))('%s has no row that can never decide', (_name, table) => {
  const used = new Set(decided(table).map(([, row]) => row));
  expect(table.rows.filter((row) => !used.has(row))).toEqual([]);
});

test('a row that says "same" rests on two factors, or on a card that only discovery had seen', () => {
  for (const [comparison, { judgement, rule, only }] of decided(fullRules)) {
    if (judgement !== 'same' || rule === 'discovered before it reported itself') continue;
    const { serial, uuid, mac, install, hostname } = comparison;
    const equal = [serial, uuid, mac, install, hostname].filter((agreement) => agreement === 'equal');
    const proved = only === 'certificate' || only === 'same-agentid' ? 1 : 0;
    expect([comparison, equal.length + proved >= 2]).toEqual([comparison, true]);
  }
});

test('no full inventory is taken for an asset whose serial and uuid both differ', () => {
  for (const [{ serial, uuid }, { judgement }] of decided(fullRules)) {
    if (serial === 'differs' && uuid === 'differs') expect(judgement).not.toBe('same');
  }
});

test('a partial is taken only from the agent that sent the full one, and never against serial or uuid', () => {
  for (const [{ serial, uuid, install }, { judgement }] of decided(partialRules)) {
    if (judgement !== 'same') continue;
    expect([install, serial === 'differs', uuid === 'differs']).toEqual(['equal', false, false]);
  }
});

test('agreeing in one factor more never turns "same" into "different"', () => {
  for (const [comparison, { judgement }] of decided(fullRules)) {
    if (judgement !== 'same' || comparison.hostname === 'equal') continue;
    const better = fullRules({ ...comparison, hostname: 'equal' }, new Set());
    expect([comparison, better.judgement]).not.toEqual([comparison, 'different']);
  }
});

test('a table with a malformed row, or without a row that fits, is a fault', () => {
  expect(() => decisionTable(['serial'], [row('= =', 'same', 'too wide')])).toThrow(
    'malformed row: too wide',
  );
  expect(() => decisionTable(['serial'], [row('g', 'same', 'wrong mark')])).toThrow(
    'malformed row: wrong mark',
  );
  const [first] = comparisons();
  const hollow = decisionTable(['serial'], [row('x', 'same', 'only one')]);
  expect(() => hollow(first!, new Set())).toThrow('no row of the decision table fits');
});
