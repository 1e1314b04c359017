import type { AssetEventView } from '../../../src/admin/asset-history';
import type { JsonObject } from '../../../src/domain/inventory';
import { deviceNumber, jsonInventory, type Device } from '../../support/devices';
import { startTestGateway, storeLimits, type TestGateway } from '../../support/gateway';

const maxChangesPerAsset = 12;
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ storeLimits: { ...storeLimits, maxChangesPerAsset } });
});
afterAll(async () => {
  await gateway.close();
});

let next = 700;
const agent = '6f2a5c1e-7d3b-4a80-9c55-0d1e2f3a4b5c';

async function send(
  device: Device,
  content: JsonObject = {},
): Promise<{ assetId: string; submissionId: string }> {
  const answer = await gateway.post('/', {
    body: jsonInventory(device, content),
    headers: { 'content-type': 'application/json' },
  });
  expect(answer.status).toBe(200);
  const submissionId = String(answer.headers['gatehouse-submission']);
  const { assetId } = await gateway.api<{ assetId: string }>('GET', `/submissions/${submissionId}`);
  return { assetId, submissionId };
}

const historyOf = async (assetId: string, query = '') =>
  (await gateway.api<{ items: AssetEventView[] }>('GET', `/assets/${assetId}/history${query}`)).items;
const linesOf = async (assetId: string, query = '') =>
  (await historyOf(assetId, query)).flatMap(({ lines }) => lines);
const versions = (...softwares: [string, string][]) => ({
  softwares: softwares.map(([name, version]) => ({ name, version, publisher: 'Contoso' })),
});

describe('the history of an asset', () => {
  it('tells in words what an inventory changed, and which', async () => {
    const device = deviceNumber(next++);
    const memories = [{ numslots: 1, capacity: 8192, manufacturer: 'Kingston', type: 'DDR4' }];
    await send(device, { ...versions(['Browser', '130'], ['Editor', '1']), memories });
    const { assetId, submissionId } = await send(
      { ...device, name: 'renamed' },
      {
        ...versions(['Browser', '131'], ['Player', '7']),
        memories: [{ numslots: 2, capacity: 4096, manufacturer: 'Crucial', type: 'DDR4' }, ...memories],
      },
    );
    const [changed, created, ...others] = await historyOf(assetId);
    expect(others).toEqual([]);
    expect(created).toMatchObject({ kind: 'created', lines: ['first seen, in Root'] });
    expect(changed).toMatchObject({ kind: 'updated', assetId, submissionId, actor: null });
    expect([...(changed?.lines ?? [])].sort()).toEqual([
      'memory: + 4096 MB Crucial DDR4',
      `name: ${device.name} → renamed`,
      'software: + Player 7',
      'software: Browser 130 → 131',
      'software: − Editor 1',
    ]);
  });

  it('is silent of another order, of volatile fields and of what flaps', async () => {
    const device = deviceNumber(next++);
    const drive = (letter: string, free: number) => ({ letter, total: 500_000, free });
    const { assetId } = await send(device, {
      ...versions(['A', '1'], ['B', '1']),
      drives: [drive('C:', 9), drive('D:', 8)],
    });
    await send(device, { ...versions(['B', '1'], ['A', '1']), drives: [drive('D:', 7), drive('C:', 6)] });
    expect(await historyOf(assetId)).toHaveLength(1);
    for (const version of ['2', '3', '4', '5', '6']) await send(device, versions(['A', version], ['B', '1']));
    const flapping = await linesOf(assetId, '?kind=updated');
    expect(flapping.filter((line) => line.startsWith('software: A'))).toEqual([
      expect.stringMatching(/^software: A 3 → 4 \(again and again/),
      'software: A 2 → 3',
      'software: A 1 → 2',
    ]);
    await send(device, versions(['A', '3'], ['B', '2']));
    expect(await linesOf(assetId)).toContain('software: B 1 → 2');
  });

  it('tells of a partial by what it carries', async () => {
    const device = deviceNumber(next++);
    const headers = { 'content-type': 'application/json', 'GLPI-Agent-ID': agent };
    const post = (of: Device, content: JsonObject) =>
      gateway.post('/', { body: jsonInventory(of, content), headers });
    const cpus = (name: string) => ({ cpus: [{ name, core: 4 }] });
    expect((await post(device, cpus('Xeon'))).status).toBe(200);
    const partial = { ...device, isPartial: true };
    const answer = await post(partial, cpus('Epyc'));
    expect(answer.status).toBe(200);
    const { assetId } = await gateway.api<{ assetId: string }>(
      'GET',
      `/submissions/${String(answer.headers['gatehouse-submission'])}`,
    );
    expect(await linesOf(assetId, '?kind=updated')).toEqual([
      'processor: + Epyc 4 cores',
      'processor: − Xeon 4 cores',
    ]);
  });

  it('keeps its bound for what inventories change, and all that admins did', async () => {
    const device = deviceNumber(next++);
    const { assetId } = await send(device);
    await gateway.api('PATCH', `/assets/${assetId}`, { status: 'retired' });
    await gateway.api('PATCH', `/assets/${assetId}`, { status: 'active' });
    for (let n = 0; n <= maxChangesPerAsset; n++) await send(device, versions([`software ${n}`, '1']));
    const kinds = (await historyOf(assetId)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'updated')).toHaveLength(maxChangesPerAsset);
    expect(kinds.slice(maxChangesPerAsset)).toEqual(['reactivated', 'retired', 'created']);
  });

  it('pages through its events, and filters by kind', async () => {
    const device = deviceNumber(next++);
    const { assetId } = await send(device);
    for (const n of [1, 2, 3]) await send(device, versions([`software ${n}`, '1']));
    const seen: string[] = [];
    let after = '';
    do {
      const page = await gateway.api<{ items: AssetEventView[]; next: string | null }>(
        'GET',
        `/assets/${assetId}/history?limit=2${after}`,
      );
      seen.push(...page.items.map(({ id }) => id));
      after = page.next === null ? '' : `&after=${page.next}`;
    } while (after !== '');
    expect(new Set(seen).size).toBe(4);
    expect(await historyOf(assetId, '?kind=created')).toHaveLength(1);
    await expect(gateway.api('GET', `/assets/${assetId}/history?kind=nonsense`)).rejects.toThrow('400');
  });

  it('names the entities that the asset was moved between', async () => {
    const device = deviceNumber(next++);
    const { assetId } = await send(device);
    const { id } = await gateway.api<{ id: string }>('POST', '/entities', { name: 'Paris' });
    await gateway.api('PATCH', `/assets/${assetId}`, { entityId: id });
    const [moved] = await historyOf(assetId, '?kind=moved');
    expect(moved?.lines).toEqual(['moved from Root to Root > Paris']);
    expect(moved?.actor).toContain('token');
  });

  it('is told under the asset that it was merged into, and on its own again after that', async () => {
    const [a, b] = [deviceNumber(next++), deviceNumber(next++)];
    const [kept, merged] = [(await send(a)).assetId, (await send(b)).assetId];
    await send(b, versions(['Only on b', '1']));
    const before = await historyOf(merged);
    await gateway.api('POST', `/assets/${kept}/merge`, { from: [merged], force: true, note: 'one machine' });
    const together = await historyOf(kept);
    expect(together.map(({ kind, assetId }) => [kind, assetId])).toEqual([
      ['merged_into', merged],
      ['merged', kept],
      ['updated', merged],
      ['created', merged],
      ['created', kept],
    ]);
    expect(together[1]?.lines).toEqual([
      `${b.name} (${merged}) is a part of it from now on`,
      'note: one machine',
    ]);
    await gateway.api('POST', `/assets/${merged}/unmerge`);
    expect((await historyOf(kept)).map(({ kind }) => kind)).toEqual(['unmerged', 'merged', 'created']);
    const after = await historyOf(merged);
    expect(after.map(({ kind }) => kind)).toEqual(['unmerged_from', 'merged_into', 'updated', 'created']);
    expect(after.slice(2)).toEqual(before);
  });
});
