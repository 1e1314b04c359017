import { buildProgram, gatehouseJson, throwAwayFolder } from '../support/built-program';

jest.setTimeout(180_000);

interface Report {
  readonly isGood: boolean;
  readonly gatehouse: Readonly<Record<string, number>>;
  readonly traits: readonly { readonly trait: string; readonly score: Readonly<Record<string, number>> }[];
}

const folder = throwAwayFolder();

beforeAll(async () => {
  await buildProgram();
});

afterAll(() => {
  folder.remove();
});

const simulate = (...options: string[]) =>
  gatehouseJson<Report>(['simulate', '--devices', '250', '--json', ...options], { TMPDIR: folder.path });

test('a fleet with every trait is recognised, in order and shuffled with 16 at a time', async () => {
  for (const options of [[], ['--shuffle', '--concurrency', '16']]) {
    const { gatehouse, isGood, traits } = await simulate('--seed', '21', ...options);
    const wrong = traits.filter(({ score }) => score.precision !== 1 || score.recall !== 1);
    expect(wrong).toEqual([]);
    expect(gatehouse).toMatchObject({ spoofsMerged: 0, goodRefused: 0, entityAccuracy: 1 });
    expect(isGood).toBe(true);
  }
});
