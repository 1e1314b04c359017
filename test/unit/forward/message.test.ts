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

test('a deviceid that only looks like another’s to GLPI’s database goes there as its own, without quotes', () => {
  const toGlpi = (deviceid: string): string =>
    (sent('Computer', {}, deviceid) as { deviceid: string }).deviceid;
  expect(toGlpi('pc-1-2026-01-05-08-00-00')).toBe('pc-1-2026-01-05-08-00-00');
  const likes = ['pc-1', 'pc-1 ', 'pc-１', 'pç-1', `pc'"\\;-1`, `'"`, 'é'.repeat(255), 'x'.repeat(254) + 'é'];
  const seen = likes.map(toGlpi);
  expect(new Set(seen.map((one) => one.toLowerCase())).size).toBe(likes.length);
  for (const one of seen) expect(one).toMatch(/^[\x20-\x7e]{1,255}$/);
  expect(seen.join('')).not.toMatch(/['"`\\;]/);
  // Case says nothing here either.
  expect(toGlpi('PÇ-1').slice(-12)).toBe(toGlpi('pç-1').slice(-12));
});
