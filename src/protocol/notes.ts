import type { Note } from '../domain/inventory';

/** More would only repeat themselves: a fault in one row is usually in all rows. */
export const maxNotes = 200;
const maxPathLength = 120;

/** Adds a note while there is room. `note` is our own words; `path` may hold keys of the agent's. */
export function addNote(notes: Note[], path: string, note: string): void {
  if (notes.length < maxNotes) notes.push({ path: path.slice(0, maxPathLength).toWellFormed(), note });
}
