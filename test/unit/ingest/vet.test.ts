import type { ValidInventory } from '../../../src/domain/inventory';
import type { RegistrationKey } from '../../../src/domain/registration-key';
import type { CandidateAsset } from '../../../src/ingest/ports';
import { vet } from '../../../src/ingest/vet';
import { inventoryOf, laptop } from '../identity/machines';
import {
  candidateOf,
  factsWith,
  identified,
  keyWith,
  now,
  passedValue,
  sourceAddress,
  weighed,
} from './deciding';

const anna = inventoryOf(laptop);
const known = candidateOf(anna);

function vetted(
  key: RegistrationKey,
  candidates: readonly CandidateAsset[] = [],
  inventory: ValidInventory = anna,
  keyAssetCount = 0,
): ReturnType<typeof vet> {
  const facts = factsWith(candidates, { keyAssetCount });
  const found = passedValue(identified(inventory, facts, key));
  return vet(weighed(inventory, found, facts, key));
}

const tagged = (tag: string | undefined): ValidInventory => ({ ...anna, tag });
const passing = { verdict: 'passed', value: { wouldRefuse: [] } };

test('a key without conditions takes the device', () => {
  expect(vetted(keyWith())).toEqual(passing);
});

test('a retired asset is not brought back, in no mode', () => {
  const retired = candidateOf(anna, { status: 'retired' });
  for (const mode of ['auto', 'approve', 'observe'] as const) {
    expect(vetted(keyWith({ mode }), [retired])).toMatchObject({
      verdict: 'refused',
      reason: 'asset_retired',
    });
  }
});

test('an asset of another key is held, in no mode taken, retired or not', () => {
  for (const status of ['active', 'retired'] as const) {
    const elsewhere = candidateOf(anna, { kid: 'OTHER', status });
    for (const mode of ['auto', 'observe'] as const) {
      expect(vetted(keyWith({ mode }), [elsewhere])).toMatchObject({
        verdict: 'quarantined',
        reason: 'asset_of_other_key',
        conflictsWith: 'asset-a',
      });
    }
  }
});

test('only the itemtypes of the key are taken', () => {
  expect(vetted(keyWith({ itemtypes: ['Printer'] }))).toMatchObject({ reason: 'itemtype_not_allowed' });
  expect(vetted(keyWith({ itemtypes: ['Printer', 'Computer'] }))).toEqual(passing);
});

test('a required tag must be the key’s, whatever its case; a missing one is refused', () => {
  const key = keyWith({ tagPolicy: 'require', tag: 'PARIS' });
  expect(vetted(key, [], tagged(' paris '))).toEqual(passing);
  for (const tag of [undefined, '', 'NA', 'LYON']) {
    expect(vetted(key, [], tagged(tag))).toMatchObject({ verdict: 'refused', reason: 'tag_not_allowed' });
  }
  expect(vetted(key, [known], tagged('LYON'))).toMatchObject({ reason: 'tag_not_allowed' });
  expect(vetted(keyWith({ tagPolicy: 'require' }), [], tagged(undefined))).toMatchObject({
    reason: 'tag_not_allowed',
  });
});

test('after the enrolment window known devices are served and new ones refused', () => {
  const ended = keyWith({ enrolUntil: now });
  expect(vetted(ended)).toMatchObject({ verdict: 'refused', reason: 'enrolment_ended' });
  expect(vetted(ended, [known])).toEqual(passing);
  expect(vetted(keyWith({ enrolUntil: new Date(now.getTime() + 1) }))).toEqual(passing);
});

test('the quota counts assets: the last one fits, one more does not, known ones always do', () => {
  const key = keyWith({ maxAssets: 10 });
  expect(vetted(key, [], anna, 9)).toEqual(passing);
  expect(vetted(key, [], anna, 10)).toMatchObject({ verdict: 'refused', reason: 'quota_exceeded' });
  expect(vetted(key, [known], anna, 10)).toEqual(passing);
});

test('in mode approve a new device is held with what an admin needs, a known one passes', () => {
  expect(vetted(keyWith({ mode: 'approve' }))).toMatchObject({
    verdict: 'quarantined',
    reason: 'approval_needed',
    evidence: { sourceAddress, identity: { serial: 'LAP0001X', hostname: 'anna' } },
  });
  expect(vetted(keyWith({ mode: 'approve' }), [known])).toEqual(passing);
});

test('mode observe takes the device and lists every objection of the policy', () => {
  const key = keyWith({
    mode: 'observe',
    itemtypes: ['Printer'],
    tagPolicy: 'require',
    tag: 'PARIS',
    enrolUntil: now,
    maxAssets: 1,
  });
  expect(vetted(key, [], anna, 1)).toEqual({
    verdict: 'passed',
    value: { wouldRefuse: ['itemtype_not_allowed', 'tag_not_allowed', 'enrolment_ended', 'quota_exceeded'] },
  });
});
