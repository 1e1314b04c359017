import { parse } from 'node:path';
import { SaxesParser } from 'saxes';
import { openWorkbook, xlsxType } from '../../../src/http/admin/xlsx';
import { createZipWriter } from '../../../src/http/admin/zip-writer';
import { startAdminApi, type AdminApi } from '../../support/admin-api';
import { anAsset, homeOf } from '../../support/admin-rows';
import { unzip } from '../../support/unzip';

/** Every text in the cells of a sheet, row by row; the whole must be well-formed XML. */
function rowsOf(xml: string): string[][] {
  const rows: string[][] = [];
  const parser = new SaxesParser();
  let text = '';
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name }) => {
    if (name === 'row') rows.push([]);
    if (name === 'c') text = '';
  });
  parser.on('text', (part) => (text += part));
  parser.on('closetag', ({ name }) => {
    if (name === 'c') rows.at(-1)?.push(text);
  });
  parser.write(xml).close();
  return rows;
}

async function workbookOf(columns: string[], rows: unknown[][], rowsPerSheet?: number) {
  const parts: Buffer[] = [];
  const zip = createZipWriter((bytes) => {
    parts.push(bytes);
    return Promise.resolve();
  });
  const book = await openWorkbook(zip, columns, rowsPerSheet);
  for (const row of rows) await book.addRow(row);
  await book.end();
  return unzip(Buffer.concat(parts));
}

describe('a workbook', () => {
  it('has every part that it names, and each is XML', async () => {
    const files = await workbookOf(['a'], [['x']]);
    const types = files.get('[Content_Types].xml') ?? '';
    for (const [, part = ''] of types.matchAll(/PartName="\/([^"]+)"/g))
      expect([...files.keys()]).toContain(part);
    for (const [, target = ''] of (files.get('xl/_rels/workbook.xml.rels') ?? '').matchAll(
      /Target="([^"]+)"/g,
    ))
      expect([...files.keys()]).toContain(`xl/${target}`);
    for (const [name, xml] of files) {
      expect([name, parse(name).ext === '' && !name.startsWith('[')]).toEqual([name, name === '_rels/.rels']);
      rowsOf(xml);
    }
  });

  it('holds text as text, numbers as numbers, disarmed as CSV, and nothing that XML cannot hold', async () => {
    const hostile = ['=1+1', '@x', '</t><v>1', '\u0000\u001b\ud800x', '_x0041_', 'a\nb', null, 7, true];
    const files = await workbookOf(['a'], [hostile]);
    const sheet = files.get('xl/worksheets/sheet1.xml') ?? '';
    expect(rowsOf(sheet)[1]).toEqual([
      ...["'=1+1", "'@x", '</t><v>1', '\ufffd\ufffd\ufffdx', '_x005F_x0041_', 'a\nb', '', '7', '1'],
    ]);
    expect(sheet).not.toContain('<f>');
    expect(sheet).toContain('<v>7</v>');
  });

  it('cuts a cell at what Excel takes, and goes on with another sheet when one is full', async () => {
    const files = await workbookOf(['a'], [['x'.repeat(40_000)], ['second'], ['third']], 3);
    const [first, second] = [1, 2].map((n) => rowsOf(files.get(`xl/worksheets/sheet${n}.xml`) ?? ''));
    expect(first?.map(([cell]) => cell?.length)).toEqual([1, 32_767, 6]);
    expect(second).toEqual([['a'], ['third']]);
    expect(files.get('xl/workbook.xml')).toContain('name="Sheet2"');
  });
});

describe('lists as workbooks', () => {
  let api: AdminApi;
  beforeAll(async () => {
    api = await startAdminApi();
  });
  afterAll(async () => {
    await api.close();
  });
  const bytesOf = async (path: string, headers: Record<string, string>) => {
    const port = await new Promise<number>((resolve) => {
      const server = api.app.listen(0, '127.0.0.1', () => {
        server.unref();
        resolve((server.address() as { port: number }).port);
      });
    });
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
      headers: { authorization: `Bearer ${api.token}`, connection: 'close', ...headers },
    });
    return { answer, bytes: Buffer.from(await answer.arrayBuffer()) };
  };

  it('export every page, with the filters of the list, by type or by the ending of a link', async () => {
    const { db, newId } = api.deps;
    const rows = Array.from({ length: 1203 }, (_, n) => ({
      ...{
        instance_id: 1,
        audit_id: newId(),
        at: new Date(),
        actor: 'test',
        action: 'test',
        object: `bulk ${n}`,
      },
    }));
    await db.insertInto('audit').values(rows).execute();
    const { answer, bytes } = await bytesOf('/audit', { accept: xlsxType });
    expect(answer.headers.get('content-type')).toBe(xlsxType);
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="audit.xlsx"');
    const sheet = rowsOf(unzip(bytes).get('xl/worksheets/sheet1.xml') ?? '');
    expect(sheet[0]?.slice(0, 3)).toEqual(['id', 'at', 'actor']);
    const bulk = sheet.filter((row) => row[4]?.startsWith('bulk ') === true);
    expect(new Set(bulk.map(([id]) => id)).size).toBe(1203);
    await anAsset(api, homeOf(api), { name: '=cmd|calc' });
    await anAsset(api, homeOf(api), { name: 'harmless' });
    const linked = await bytesOf('/assets.xlsx?name=%3D*', {});
    expect(rowsOf(unzip(linked.bytes).get('xl/worksheets/sheet1.xml') ?? '')[1]?.[2]).toBe("'=cmd|calc");
    const csv = await api.call('get', '/assets.csv?name=%3D*');
    expect(csv.headers['content-disposition']).toBe('attachment; filename="assets.csv"');
    expect(csv.text.split('\r\n')[1]).toContain("'=cmd|calc");
  });

  it('are lists only: nothing else has such a name, and no token opens it', async () => {
    expect((await api.call('get', '/instance.csv')).status).toBe(404);
    expect((await api.call('get', '/assets.csv', { token: null })).status).toBe(401);
    expect((await api.call('get', '/assets.xlsx?mac=1')).body).toMatchObject({ code: 'query_invalid' });
  });
});
