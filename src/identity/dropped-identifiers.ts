import type { DroppedIdentifier, Identifier, IdentifierKind } from '../domain/identity';
import type { Normalised } from './normalised';

const maxDropped = 64;
const maxValueChars = 64;

/** Keeps what was left out and why, bounded, each value once. */
export class DroppedIdentifiers {
  private readonly kept = new Map<string, DroppedIdentifier>();

  /** `allowed`: fillers that count, because an admin says so. */
  constructor(private readonly allowed: readonly Identifier[] = []) {}

  /** The value when it counts; otherwise notes why not. */
  take(kind: IdentifierKind, sent: string, normalised: Normalised): string | undefined {
    const value = this.counted(kind, normalised);
    if (value === undefined && 'why' in normalised) this.note(kind, sent, normalised.why);
    return value;
  }

  /** The value when it counts; takes no note. */
  counted(kind: IdentifierKind, normalised: Normalised): string | undefined {
    if ('value' in normalised) return normalised.value;
    return this.allowed.some((one) => one.kind === kind && one.value === normalised.filler)
      ? normalised.filler
      : undefined;
  }

  note(kind: IdentifierKind, sent: string, why: string): void {
    const value = sent.slice(0, maxValueChars).toWellFormed();
    const name = `${kind} ${value} ${why}`;
    if (this.kept.size < maxDropped && !this.kept.has(name)) this.kept.set(name, { kind, value, why });
  }

  list(): readonly DroppedIdentifier[] {
    return [...this.kept.values()].sort((a, b) =>
      a.kind + a.value + a.why < b.kind + b.value + b.why ? -1 : 1,
    );
  }
}
