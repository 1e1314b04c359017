import { inflateSync } from 'node:zlib';
import { plansForGlpi } from '../../../src/forward/glpi-plans';
import { messageOf } from '../../../src/forward/message';
import type { DueAsset } from '../../../src/forward/ports';
import { loadPlans } from '../../../src/ingest/validate/sections';

const plans = plansForGlpi(loadPlans());

function sent(itemtype: string, content: DueAsset['content'], deviceid = 'x'): unknown {
  const due = { wanted: 'x', itemtype, sender: { deviceid }, tag: undefined, content } as DueAsset;
  const message = messageOf(due, plans, '00000000-0000-4000-8000-000000000000');
  return message === undefined ? undefined : JSON.parse(inflateSync(message.body).toString());
}

test.each([
  ['NetworkEquipment', 'Networking'],
  ['Printer', 'Printer'],
  ['Unmanaged', 'Unmanaged'],
])('a %s whose agent named no type is sent as %s', (itemtype, type) => {
  const content = { versionclient: 'v', network_device: { type: 'Unmanaged', name: 'n' } };
  expect(sent(itemtype, content)).toMatchObject({
    itemtype,
    content: { network_device: { type, name: 'n' } },
  });
});

test('a type that the agent named is kept', () => {
  expect(sent('NetworkEquipment', { network_device: { type: 'Storage' } })).toMatchObject({
    content: { versionclient: 'unknown', network_device: { type: 'Storage' } },
  });
});

test('a deviceid goes to GLPI without quotes; one of nothing else does not go', () => {
  expect(sent('Computer', {}, `pc'"\\;-1`)).toMatchObject({ deviceid: 'pc-1' });
  expect(sent('Computer', {}, `'"`)).toBeUndefined();
});
