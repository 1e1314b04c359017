import type { Note } from '../../domain/inventory';

/** Way to a field below content: keys and row numbers. Keys come from the agent. */
export type FieldPath = readonly (string | number)[];

const maxKeyLengthInPath = 60;

interface Entry {
  readonly path: FieldPath;
  readonly note: string;
  count: number;
}

/**
 * Notes of one inventory. The same note about the same field of many rows is kept once, with the number of rows:
 * an OCS inventory has hundreds of groups without id. Never holds a value that the agent sent, only paths.
 */
export class NoteBook {
  private readonly entries = new Map<string, Entry>();
  private uncounted = 0;

  /** Keeps at most `maxNotes` notes, those of the decoder (`earlier`) among them; a last one tells how many are missing. */
  constructor(
    private readonly earlier: readonly Note[],
    private readonly maxNotes: number,
  ) {}

  add(path: FieldPath, note: string): void {
    // Called once per bad field, which a hostile inventory may have a million of: no array, no regular expression.
    let key = note;
    for (const step of path) key += typeof step === 'number' ? '/*' : `/${step}`;
    const known = this.entries.get(key);
    if (known !== undefined) known.count += 1;
    else if (this.entries.size < this.maxNotes) this.entries.set(key, { path: [...path], note, count: 1 });
    else this.uncounted += 1;
  }

  /** Notes in the order they were made, the decoder's first. */
  toNotes(): Note[] {
    const notes = [...this.earlier];
    for (const { path, note, count } of this.entries.values()) {
      notes.push({ path: pathText(path), note: count === 1 ? note : `${note} (in ${count} places)` });
    }
    const surplus = notes.length - this.maxNotes;
    if (surplus <= 0 && this.uncounted === 0) return notes;
    const kept = notes.slice(0, this.maxNotes - 1);
    kept.push({ path: '', note: `${notes.length - kept.length + this.uncounted} more notes left out` });
    return kept;
  }
}

/** JSON pointer, keys cut and without control characters: it is shown to admins. */
function pathText(path: FieldPath): string {
  return path.map((step) => `/${typeof step === 'number' ? step : keyText(step)}`).join('');
}

function keyText(key: string): string {
  return key.slice(0, maxKeyLengthInPath).replace(/\p{C}/gu, '?').replaceAll('~', '~0').replaceAll('/', '~1');
}
