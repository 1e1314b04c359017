import { reasons, type ReasonCode } from '../../../src/domain/refusal-reason';
import { assignAsRuled, identifyAsRuled, isAnswered } from '../../../src/ingest/apply-ruling';
import type { Facts, LettingIn, Ruling } from '../../../src/ingest/ports';
import { barObjection } from '../../../src/ingest/vet/bar-objection';
import { passed, quarantined } from '../../../src/domain/verdict';
import { inventoryOf, laptop } from '../identity/machines';
import { candidateOf } from './deciding';

const asset = candidateOf(inventoryOf(laptop));
const codes = Object.keys(reasons) as ReasonCode[];
const held = codes.filter((code) => reasons[code].verdict === 'quarantined');
const refusals = codes.filter((code) => reasons[code].verdict === 'refused');

function ruling(traits: Partial<LettingIn> = {}): LettingIn {
  return {
    caseId: 'case-1',
    reach: 'device',
    reason: 'identity_conflict',
    action: 'same',
    asset,
    entityId: undefined,
    ...traits,
  };
}
const reject: Ruling = { caseId: 'case-1', reach: 'device', reason: 'identity_conflict', action: 'reject' };

test('for the held submission itself every question is answered, and nothing that refuses', () => {
  const now = ruling({ reach: 'held' });
  expect(held.filter((code) => !isAnswered(now, code))).toEqual([]);
  expect(refusals.filter((code) => isAnswered(now, code))).toEqual([]);
});

test('later only the question it was made for is answered, and never that of another key', () => {
  for (const reason of held) {
    const later = ruling({ reason });
    const answered = codes.filter((code) => isAnswered(later, code));
    expect(answered).toEqual(reason === 'asset_of_other_key' ? [] : [reason]);
  }
});

test('without a decision, or with one that shuts out, nothing is answered', () => {
  expect(codes.filter((code) => isAnswered(undefined, code) || isAnswered(reject, code))).toEqual([]);
});

test('the asset that was named is the asset, when the question was which one it is', () => {
  for (const reason of ['identity_conflict', 'identity_ambiguous', 'asset_of_other_key']) {
    expect(identifyAsRuled({ partial: false }, ruling({ reason }))).toMatchObject({
      verdict: 'passed',
      value: { kind: 'known', asset, match: { assetId: asset.assetId } },
    });
  }
  for (const reason of ['approval_needed', 'inventory_shrunk', 'pin_downgraded']) {
    expect(identifyAsRuled({ partial: false }, ruling({ reason }))).toBeUndefined();
  }
  expect(identifyAsRuled({ partial: false }, undefined)).toBeUndefined();
  expect(identifyAsRuled({ partial: false }, reject)).toBeUndefined();
});

test('a new asset is made of a full inventory only', () => {
  const fresh = ruling({ reach: 'held', action: 'new', asset: undefined });
  expect(identifyAsRuled({ partial: false }, fresh)).toMatchObject({ value: { kind: 'new' } });
  expect(identifyAsRuled({ partial: true }, fresh)).toMatchObject({ reason: 'full_inventory_awaited' });
});

describe('the entity', () => {
  const key = { kid: asset.kid, entityId: 'entity-of-key' };
  const match = { rule: '', assetId: undefined, agreed: [], contradicted: [], shared: [], score: 0 } as const;
  const known = { kind: 'known', asset, match: { ...match, candidateCount: 0, rejected: [] } } as const;
  const asTheKeySays = () => passed({ entityId: 'by-rule', because: 'rule 1' });
  const nowhere = () => quarantined('entity_not_found');

  test('is the one that the admin named', () => {
    const named = ruling({ reach: 'held', action: 'new', asset: undefined, entityId: 'wanted' });
    expect(assignAsRuled(named, { ...known, kind: 'new' }, key, asTheKeySays)).toMatchObject({
      value: { entityId: 'wanted' },
    });
  });

  test('of an asset that comes over is where the key would put a new one, else its own', () => {
    const other = { ...key, kid: 'another' };
    const now = ruling({ reach: 'held' });
    expect(assignAsRuled(now, known, other, asTheKeySays)).toMatchObject({ value: { entityId: 'by-rule' } });
    expect(assignAsRuled(now, known, other, nowhere)).toMatchObject({ value: { entityId: 'entity-of-key' } });
  });

  test('of an asset of the key stays, and later nothing is said of it', () => {
    expect(assignAsRuled(ruling({ reach: 'held' }), known, key, asTheKeySays)).toBeUndefined();
    expect(assignAsRuled(ruling(), known, { ...key, kid: 'another' }, asTheKeySays)).toBeUndefined();
  });
});

describe('shut out', () => {
  const facts = (traits: Partial<Facts>): Pick<Facts, 'banned' | 'ruling'> => ({
    banned: [],
    junk: [],
    ruling: undefined,
    ...traits,
  });
  const ban = { kind: 'mac', value: '00:1b:21:00:00:01', banId: 'ban-1' } as const;

  test('is a banned identifier, whatever was decided on the device', () => {
    expect(barObjection(facts({ banned: [ban], ruling: ruling({ reach: 'held' }) }))).toMatchObject({
      reason: 'identity_banned',
      evidence: { banned: [ban] },
    });
  });

  test('is a rejected device, and one whose ban could name nothing', () => {
    for (const action of ['reject', 'ban'] as const) {
      expect(barObjection(facts({ ruling: { ...reject, action } }))).toMatchObject({
        reason: 'submission_rejected',
        evidence: { caseId: 'case-1' },
      });
    }
    expect(barObjection(facts({ ruling: ruling() }))).toBeUndefined();
    expect(barObjection(facts({}))).toBeUndefined();
  });
});
