import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import {
  buildProgram,
  gatehouse,
  gatehouseJson,
  startProcess,
  throwAwayFolder,
} from '../support/built-program';

jest.setTimeout(180_000);

describe('the demo', () => {
  const folder = throwAwayFolder();
  const temp = path.join(folder.path, 'tmp');
  const env = { TMPDIR: temp };

  beforeAll(async () => {
    mkdirSync(temp);
    await buildProgram();
  });

  afterAll(() => {
    folder.remove();
  });

  test('decides everything as it says it should, and leaves nothing behind', async () => {
    const { isAsExpected, items } = await gatehouseJson<{
      isAsExpected: boolean;
      items: { verdict: string; why: string; surprises: string[] }[];
    }>(['demo', '--once'], env);
    expect(items.flatMap(({ surprises }) => surprises)).toEqual([]);
    expect(isAsExpected).toBe(true);
    const decided = items.filter(({ verdict }) => verdict !== 'answered');
    expect(new Set(decided.map(({ verdict }) => verdict))).toEqual(
      new Set(['accepted', 'quarantined', 'refused']),
    );
    for (const { why } of decided) expect(why).not.toBe('');
    expect(leftIn(temp)).toEqual([]);
  });

  test('pays no heed to the settings of the person who runs it', async () => {
    const { code } = await gatehouse(['demo', '--once'], {
      ...env,
      DATABASE_URL: 'postgresql://a@127.0.0.1:1/x',
      PUBLIC_URL: 'https://elsewhere.example',
    });
    expect(code).toBe(0);
  });

  test('stays until Ctrl-C, says where to look, and then cleans up', async () => {
    const demo = startProcess(['demo'], env);
    await demo.until(() => demo.printed().includes('Ctrl-C'));
    const token = /T=(\S+)/.exec(demo.printed())?.[1] ?? '';
    const url = /'(http:\S+\/quarantine)'/.exec(demo.printed())?.[1] ?? '';
    const answer = await fetch(url, { headers: { Authorization: `Bearer ${token}` } });
    expect(((await answer.json()) as { items: unknown[] }).items).toHaveLength(3);
    demo.kill('SIGINT');
    expect((await demo.ended).code).toBe(0);
    expect(leftIn(temp)).toEqual([]);
  });
});

function leftIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.startsWith('gatehouse-demo'));
}
