import { escapeMarkup } from '../../domain/xml-markup';
import { cellText } from './csv';
import type { ZipFile, ZipWriter } from './zip-writer';

/** Rows of one sheet, the head included; what is more goes on the next. */
export const maxSheetRows = 1_048_576;
/** Characters that Excel takes in one cell. */
const maxCellLength = 32_767;

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packages = 'http://schemas.openxmlformats.org/package/2006';
const typeBase = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

export const xlsxType = `${typeBase}.sheet`;

export interface Workbook {
  /** One cell a column. */
  addRow(cells: readonly unknown[]): Promise<void>;
  end(): Promise<void>;
}

/**
 * A workbook of one table, written as it comes. Text is text: it stands in the cell as such, and what a spreadsheet would
 * run as a formula after somebody saved it as CSV has the apostrophe that it has in our CSV.
 */
export async function openWorkbook(
  zip: ZipWriter,
  columns: readonly string[],
  rowsPerSheet = maxSheetRows,
): Promise<Workbook> {
  let sheets = 0;
  let rows = 0;
  let sheet: ZipFile;
  const begin = async (): Promise<void> => {
    sheets++;
    rows = 1;
    sheet = zip.add(`xl/worksheets/sheet${sheets}.xml`);
    await sheet.write(
      `${declaration}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0">` +
        `<pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView></sheetViews><sheetData>${rowXml(columns, 1)}`,
    );
  };
  const finish = async (): Promise<void> => {
    await sheet.write('</sheetData></worksheet>');
    await sheet.end();
  };
  await begin();
  return {
    addRow: async (cells) => {
      if (rows >= rowsPerSheet) {
        await finish();
        await begin();
      }
      rows++;
      await sheet.write(rowXml(cells));
    },
    end: async () => {
      await finish();
      await writeParts(zip, sheets);
      await zip.end();
    },
  };
}

/** `style` 1: bold. */
function rowXml(cells: readonly unknown[], style = 0): string {
  const mark = style === 0 ? '' : ` s="${style}"`;
  return `<row>${cells.map((value) => cellXml(value, mark)).join('')}</row>`;
}

function cellXml(value: unknown, mark: string): string {
  if (value === null || value === undefined) return `<c${mark}/>`;
  if (typeof value === 'number' && Number.isFinite(value)) return `<c${mark}><v>${value}</v></c>`;
  if (typeof value === 'boolean') return `<c t="b"${mark}><v>${value ? 1 : 0}</v></c>`;
  const text = escapedXml(cellText(value).slice(0, maxCellLength));
  return `<c t="inlineStr"${mark}><is><t xml:space="preserve">${text}</t></is></c>`;
}

/** What XML cannot hold becomes the sign for it. */
const notInXml = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

function escapedXml(text: string): string {
  // Excel reads _x0041_ as the letter A.
  return escapeMarkup(text.replace(notInXml, '\ufffd')).replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_');
}

async function writeParts(zip: ZipWriter, sheets: number): Promise<void> {
  const numbers = Array.from({ length: sheets }, (_, place) => place + 1);
  const override = (part: string, type: string): string =>
    `<Override PartName="/${part}" ContentType="${typeBase}.${type}+xml"/>`;
  const relation = (id: string, type: string, target: string): string =>
    `<Relationship Id="${id}" Type="${office}/${type}" Target="${target}"/>`;
  const relations = (some: readonly string[]): string =>
    `<Relationships xmlns="${packages}/relationships">${some.join('')}</Relationships>`;
  const parts: Readonly<Record<string, string>> = {
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${numbers
      .map((n) => `<sheet name="Sheet${n}" sheetId="${n}" r:id="rId${n}"/>`)
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relations([
      ...numbers.map((n) => relation(`rId${n}`, 'worksheet', `worksheets/sheet${n}.xml`)),
      relation('styles', 'styles', 'styles.xml'),
    ]),
    'xl/styles.xml': styles,
    '_rels/.rels': relations([relation('rId1', 'officeDocument', 'xl/workbook.xml')]),
    '[Content_Types].xml': `<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>${override(
      'xl/workbook.xml',
      'sheet.main',
    )}${override('xl/styles.xml', 'styles')}${numbers
      .map((n) => override(`xl/worksheets/sheet${n}.xml`, 'worksheet'))
      .join('')}</Types>`,
  };
  for (const [name, xml] of Object.entries(parts)) {
    const file = zip.add(name);
    await file.write(declaration + xml);
    await file.end();
  }
}

const font = (more: string): string => `<font>${more}<sz val="11"/><name val="Calibri"/></font>`;
const format = (id: number): string => `<xf numFmtId="0" fontId="${id}" fillId="0" borderId="0" xfId="0"/>`;
const styles =
  `<styleSheet xmlns="${main}"><fonts count="2">${font('')}${font('<b/>')}</fonts>` +
  '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
  '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
  `<cellXfs count="2">${format(0)}${format(1)}</cellXfs></styleSheet>`;
