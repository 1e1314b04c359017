/** An entity with what it is in GLPI, as far as an import of GLPI's tree has to know it. */
export interface TreeEntity {
  readonly entityId: string;
  readonly parentId: string | null;
  readonly name: string;
  readonly tag: string | null;
  /** Null: it was never in GLPI. */
  readonly glpiId: number | null;
  /** It was not in GLPI any more when last looked. */
  readonly isGone: boolean;
}
