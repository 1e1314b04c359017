import { readFileSync } from 'node:fs';
import path from 'node:path';
import { reasonOf, reasons, type ReasonCode } from '../../../src/domain/refusal-reason';

const codes = Object.keys(reasons) as ReasonCode[];
const documented = readFileSync(path.resolve(__dirname, '../../../docs/reasons.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, code = '', verdict, stage, httpStatus, phrase, meaning]) => ({
    code: code.replaceAll('`', ''),
    entry: { verdict, stage, httpStatus: Number(httpStatus), phrase, meaning },
  }));

describe('the catalogue of reasons', () => {
  it('is the one in docs/reasons.md, no reason more and none less', () => {
    expect(documented.map(({ code }) => code)).toEqual(codes);
  });

  it.each(codes)('%s reads the same in the docs', (code) => {
    const { verdict, stage, httpStatus, phrase, meaning } = reasonOf(code);
    const entry = documented.find((candidate) => candidate.code === code)?.entry;
    expect(entry).toEqual({ verdict, stage, httpStatus, phrase, meaning });
  });

  it.each(codes)('%s gives agents a short ASCII phrase that fits an HTTP status line', (code) => {
    expect(reasonOf(code).phrase).toMatch(/^[A-Za-z][A-Za-z ]{5,60}$/);
  });

  it('gives the same answer to an unknown key, a wrong secret and a mistyped key', () => {
    const answers = (['key_unknown', 'key_wrong_secret', 'key_malformed', 'token_invalid'] as const)
      .map(reasonOf)
      .map(({ phrase, httpStatus }) => ({ phrase, httpStatus }));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  it('answers a held inventory with 200: its agent did nothing wrong', () => {
    for (const code of codes) {
      const { verdict, httpStatus } = reasonOf(code);
      expect(httpStatus === 200).toBe(verdict === 'quarantined');
    }
  });
});
