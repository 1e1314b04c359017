import type { ValidInventory } from '../../../src/domain/inventory';
import type { AssignmentRule, RegistrationKey } from '../../../src/domain/registration-key';
import { identityOf } from '../../../src/identity/device-identity';
import { assign, maxSubjectChars } from '../../../src/ingest/assign';
import type { CandidateAsset } from '../../../src/ingest/ports';
import { inventoryOf, laptop } from '../identity/machines';
import { candidateOf, factsWith, identified, keyWith, passedValue, sourceAddress } from './deciding';

const anna = inventoryOf(laptop);

function assigned(
  key: RegistrationKey,
  inventory: ValidInventory = anna,
  address = sourceAddress,
  candidates: readonly CandidateAsset[] = [],
  certificateSubject?: string,
): ReturnType<typeof assign> {
  const found = passedValue(identified(inventory, factsWith(candidates), key));
  return assign(inventory, identityOf(inventory), key, found, address, certificateSubject);
}

const passes = (entityId: string, because: string): object => ({
  verdict: 'passed',
  value: { entityId, because },
});
const byKey = passes('entity-of-key', 'entity of the key');
const rulesKey = (...rules: Omit<AssignmentRule, 'entityId'>[]): RegistrationKey =>
  keyWith({ rules: rules.map((rule, i) => ({ ...rule, entityId: `entity-${i + 1}` })) });

test('the key’s entity, when nothing else is said', () => {
  expect(assigned(keyWith())).toEqual(byKey);
});

test('a known asset stays where it is, whatever rules and tags say', () => {
  const key = { ...rulesKey({ itemtype: 'Computer' }), tagPolicy: 'map' as const };
  const result = assigned(key, { ...anna, tag: 'unknown' }, sourceAddress, [candidateOf(anna)]);
  expect(result).toEqual(passes('entity-of-asset', 'known asset keeps its entity'));
});

describe('tag map', () => {
  const key = keyWith({ tagPolicy: 'map', taggedEntities: new Map([['paris', 'entity-paris']]) });

  test('the entity that carries the tag, whatever its case', () => {
    expect(assigned(key, { ...anna, tag: ' Paris' })).toMatchObject({ value: { entityId: 'entity-paris' } });
  });

  test('no tag: the key’s entity; an unknown one: held', () => {
    for (const tag of [undefined, '', 'NA']) expect(assigned(key, { ...anna, tag })).toEqual(byKey);
    expect(assigned(key, { ...anna, tag: 'lyon' })).toMatchObject({
      verdict: 'quarantined',
      reason: 'entity_not_found',
      evidence: { tag: 'lyon' },
    });
  });

  test('with another policy the map is not asked', () => {
    expect(assigned({ ...key, tagPolicy: 'ignore' }, { ...anna, tag: 'paris' })).toEqual(byKey);
  });
});

describe('rules', () => {
  test('the first that fits decides and is named', () => {
    const key = rulesKey({ tag: 'LYO-*' }, { tag: 'PAR-*', itemtype: 'computer' }, { itemtype: '*' });
    expect(assigned(key, { ...anna, tag: 'par-7' })).toEqual(
      passes('entity-2', 'rule 2: tag PAR-*, itemtype computer'),
    );
    expect(assigned(key)).toEqual(passes('entity-3', 'rule 3: itemtype *'));
  });

  test('all conditions of a rule must hold', () => {
    const key = rulesKey({ hostname: 'anna', cidr: '10.0.0.0/8' });
    expect(assigned(key, anna, '10.1.2.3')).toMatchObject({ value: { entityId: 'entity-1' } });
    expect(assigned(key, anna, '192.0.2.10')).toEqual(byKey);
  });

  test('what a rule asks for and the submission lacks does not fit', () => {
    expect(assigned(rulesKey({ tag: '*' }, { domain: '*' }, {}))).toEqual(byKey);
  });

  test.each([
    ['10.0.0.0/8', '10.1.2.3', true],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['10.0.0.0/8', '11.1.2.3', false],
    ['2001:db8::/32', '2001:db8::5', true],
    ['2001:db8::/32', '10.1.2.3', false],
    ['0.0.0.0/0', '2001:db8::5', false],
    ['10.0.0.0', '10.0.0.0', false],
    ['nonsense', '10.0.0.1', false],
    ['10.0.0.0/8', 'unknown', false],
  ])('network %s, client %s: %s', (cidr, address, isInside) => {
    expect(assigned(rulesKey({ cidr }), anna, address)).toMatchObject({
      value: { entityId: isInside ? 'entity-1' : 'entity-of-key' },
    });
  });

  test.each([
    ['workgroup', { hardware: { name: 'anna', workgroup: 'CORP.EXAMPLE' } }],
    ['name', { hardware: { name: 'anna.corp.example' } }],
    ['full name', { hardware: { name: 'anna' }, operatingsystem: { fqdn: 'anna.corp.example' } }],
    ['DNS domain', { hardware: { name: 'anna' }, operatingsystem: { dns_domain: 'corp.example' } }],
  ])('the domain is read from the %s', (_title, content) => {
    const inventory = { ...anna, content: { ...anna.content, ...content } };
    expect(assigned(rulesKey({ domain: '*.example' }), inventory)).toMatchObject({
      value: { entityId: 'entity-1' },
    });
  });

  test('a full host name fits by its short form too', () => {
    const inventory = { ...anna, content: { ...anna.content, hardware: { name: 'ANNA.corp.example' } } };
    expect(assigned(rulesKey({ hostname: 'anna' }), inventory)).toMatchObject({
      value: { entityId: 'entity-1' },
    });
    expect(assigned(rulesKey({ hostname: 'anna.corp.*' }), inventory)).toMatchObject({
      value: { entityId: 'entity-1' },
    });
  });

  test('sections of the wrong shape lack everything', () => {
    const inventory = {
      ...anna,
      content: { ...anna.content, hardware: ['anna.corp.example'], operatingsystem: null },
    };
    expect(assigned(rulesKey({ domain: '*' }, { hostname: '*' }), inventory)).toEqual(byKey);
  });
});

describe('the subject of a client certificate', () => {
  const paris = rulesKey({ certificate: 'CN=*,OU=Paris,O=Corp' });
  const ofCa = { ...paris, clientCa: 'PEM' };
  const placed = (key: RegistrationKey, subject?: string): ReturnType<typeof assign> =>
    assigned(key, anna, sourceAddress, [], subject);

  test('leads to an entity when a CA of the key vouches for it', () => {
    expect(placed(ofCa, 'CN=pc-7,OU=Paris,O=Corp')).toEqual(
      passes('entity-1', 'rule 1: certificate CN=*,OU=Paris,O=Corp'),
    );
  });

  test('of a key without CA leads nowhere: anybody could have written it', () => {
    expect(placed(paris, 'CN=pc-7,OU=Paris,O=Corp')).toEqual(byKey);
  });

  test.each([
    undefined,
    '',
    'CN=pc-7,OU=Lyon,O=Corp',
    String.raw`CN=x\2COU\3DParis\2CO\3DCorp,OU=Lyon,O=Corp`,
    'CN=pc-7,OU=Paris,O=Corp,C=FR',
  ])('%s fits no rule for Paris', (subject) => {
    expect(placed(ofCa, subject)).toEqual(byKey);
  });

  test('is one condition among others, and all must hold', () => {
    const key = { ...rulesKey({ certificate: '*', hostname: 'bert' }), clientCa: 'PEM' };
    expect(placed(key, 'CN=pc-7')).toEqual(byKey);
  });

  test(`is compared up to ${maxSubjectChars} characters; a longer one fits nothing`, () => {
    const key = { ...rulesKey({ certificate: 'CN=*' }), clientCa: 'PEM' };
    expect(placed(key, 'CN='.padEnd(maxSubjectChars, 'x'))).toMatchObject({
      value: { entityId: 'entity-1' },
    });
    expect(placed(key, 'CN='.padEnd(maxSubjectChars + 1, 'x'))).toEqual(byKey);
  });
});
