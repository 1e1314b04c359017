import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { csvLine } from '../../../src/http/admin/csv';
import { sendTable } from '../../../src/http/admin/send-table';
import { startAdminApi, type AdminApi } from '../../support/admin-api';
import { anAsset, homeOf } from '../../support/admin-rows';

describe('a line of CSV', () => {
  it.each([
    [['a', 'b'], 'a,b\r\n'],
    [['a,b', 'say "x"', 'two\nlines', 'cr\rhere'], '"a,b","say ""x""","two\nlines","cr\rhere"\r\n'],
    [[null, undefined, '', 0, -5, true], ',,,0,-5,true\r\n'],
    [['=1+1', '+1', '-1', '@SUM', '\tx', '\rx'], `'=1+1,'+1,'-1,'@SUM,'\tx,"'\rx"\r\n`],
    [['＝1+1', '＋1', '－1', '＠SUM', 'a;＝1', ' =1'], `'＝1+1,'＋1,'－1,'＠SUM,a;'＝1,' =1\r\n`],
    [['=HYPERLINK("http://x","y")'], `"'=HYPERLINK(""http://x"",""y"")"\r\n`],
    [[['aa:bb', 'cc:dd'], ['=x'], [], [{ path: 'a' }]], `aa:bb cc:dd,'=x,,"[{""path"":""a""}]"\r\n`],
    [['a;=1', 'a; "+1";-1', 'a\n=1', 'a;b', 'a-1;b=1'], `a;'=1,"a; ""'+1"";'-1","a\n'=1",a;b,a-1;b=1\r\n`],
    [[{ a: 1 }], '"{""a"":1}"\r\n'],
  ])('of %j is %j', (cells, line) => {
    expect(csvLine(cells)).toBe(line);
  });
});

describe('lists as CSV', () => {
  let api: AdminApi;
  beforeAll(async () => {
    api = await startAdminApi();
  });
  afterAll(async () => {
    await api.close();
  });
  const csv = (path: string) => api.call('get', path, { headers: { Accept: 'text/csv' } });

  it('export every page of the list, more than one page holds, each item once', async () => {
    const { db, newId } = api.deps;
    const at = new Date();
    const rows = Array.from({ length: 1203 }, (_, n) => ({
      instance_id: 1,
      audit_id: newId(),
      at,
      actor: 'test',
      action: 'test',
      object: `bulk ${n}`,
    }));
    await db.insertInto('audit').values(rows).execute();
    const answer = await csv('/audit');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-disposition']).toBe('attachment; filename="audit.csv"');
    const lines = answer.text.trimEnd().split('\r\n');
    expect(lines[0]).toBe('id,at,actor,action,object,detail,seq,hash');
    expect(
      new Set(lines.filter((line) => line.includes(',bulk ')).map((line) => line.split(',')[0])).size,
    ).toBe(1203);
  });

  it('keep filters, have a column a field, and disarm what a spreadsheet would run', async () => {
    await anAsset(api, homeOf(api), {
      name: '=cmd|calc',
      serial: '@x',
      macs: ['aa:bb:cc:00:11:22', 'aa:bb:cc:00:11:23'],
    });
    await anAsset(api, homeOf(api), { name: 'harmless' });
    const [head = '', ...lines] = (await csv('/assets?name=%3D*')).text.trimEnd().split('\r\n');
    expect(head.split(',').slice(0, 6)).toEqual(['id', 'itemtype', 'name', 'serial', 'uuid', 'macs']);
    expect(lines).toHaveLength(1);
    expect(lines[0]?.split(',').slice(1, 6)).toEqual([
      'Computer',
      "'=cmd|calc",
      "'@x",
      '',
      'aa:bb:cc:00:11:22 aa:bb:cc:00:11:23',
    ]);
  });

  it.each(['/entities', '/keys', '/submissions', '/quarantine', '/agents', '/tokens'])(
    'are there for %s',
    async (path) => {
      const answer = await csv(path);
      expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8; header=present');
      expect(answer.text).not.toContain(api.token.split('_')[2]);
    },
  );

  it('stop being read from the database when the reader goes away', async () => {
    let pages = 0;
    const wide = { text: 'x'.repeat(10_000) };
    const ended = new Promise<void>((resolve, reject) => {
      const server = express()
        .get('/', (_request, response) => {
          // A list without end.
          const page = () =>
            Promise.resolve({ items: Array.from({ length: 100 }, () => wide), next: 'more' });
          sendTable(response, 'csv', 'endless', ['text'], () => (pages++, page())).then(() => {
            server.close();
            resolve();
          }, reject);
        })
        .listen(0, '127.0.0.1', () => {
          const { port } = server.address() as AddressInfo;
          const asked = get({ port, host: '127.0.0.1' }, (answer) => {
            answer.once('data', () => asked.destroy());
          });
          asked.on('error', () => undefined);
        });
    });
    await ended;
    expect(pages).toBeGreaterThan(0);
  });

  it('answer HEAD without reading the list', async () => {
    const { status, headers } = await api.call('head', '/audit', { headers: { Accept: 'text/csv' } });
    expect([status, headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8; header=present']);
  });

  it('answer problems as problems', async () => {
    expect((await csv('/assets?mac=1')).status).toBe(400);
    expect((await csv('/assets?after=xx')).status).toBe(400);
    const { headers } = await csv('/assets/1/history');
    expect(headers['content-type']).toBe('application/problem+json');
    expect(headers['content-disposition']).toBeUndefined();
  });

  it('go on from a cursor', async () => {
    const { next } = (await api.call('get', '/audit?limit=500')).body as { next: string };
    const lines = (await csv(`/audit?after=${next}`)).text.trimEnd().split('\r\n').slice(1);
    const { items } = (await api.call('get', `/audit?limit=500&after=${next}`)).body as {
      items: { id: string }[];
    };
    expect(lines[0]?.split(',')[0]).toBe(items[0]?.id);
  });

  it('leave JSON to everybody who does not ask for CSV first', async () => {
    for (const accept of [
      '*/*',
      'application/json, text/csv',
      'text/html',
      'text/csv;q=0.1, application/json',
    ]) {
      const { headers } = await api.call('get', '/assets', { headers: { Accept: accept } });
      expect(headers['content-type']).toBe('application/json; charset=utf-8');
    }
  });
});
