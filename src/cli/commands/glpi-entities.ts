import {
  countsOf,
  importEntities,
  previewImport,
  type EntityImport,
  type ImportLine,
} from '../../admin/glpi/import-entities';
import { command, type CommandSpec } from '../command';
import { CommandFailure, exitCodes } from '../exit-code';
import { table } from '../printing/table';
import type { Shown } from '../shown';

interface Options {
  readonly preview?: boolean;
  readonly apply?: boolean;
}

/** One command under two names: `import` is where people look for it first. */
export const glpiEntities: readonly CommandSpec[] = ['glpi entities', 'import glpi-entities'].map((name) =>
  command<Options>({
    name,
    summary: 'take over the entities of GLPI: created, renamed and moved ones are followed, none is deleted',
    options: [
      { flags: '--preview', description: 'only show what would change (as without any option)' },
      { flags: '--apply', description: 'do it' },
    ],
    examples: [`gatehouse ${name} --preview`, `gatehouse ${name} --apply`],
    run: async (context, { preview = false, apply = false }) => {
      if (preview && apply) {
        throw new CommandFailure(
          exitCodes.usage,
          '--preview and --apply are both given.',
          'Give one of them.',
        );
      }
      context.note('Asking GLPI for its entities …');
      return shownImport(await context.withAdmin(apply ? importEntities : previewImport));
    },
  }),
);

function shownImport(done: EntityImport): Shown {
  return {
    value: done,
    text: (screen) => {
      const { applied, seen, lines } = done;
      if (lines.length === 0) return `GLPI has ${seen} entities. Nothing differs.`;
      const drawn = table(
        lines,
        [
          { title: applied ? 'DONE' : 'WOULD', text: ({ kind }) => kind },
          { title: 'ENTITY', text: ({ completeName }) => completeName },
          { title: 'GLPI', text: ({ glpiId }) => glpiId },
          { title: 'CHANGE', text: changeText },
        ],
        screen,
      );
      const counts = Object.entries(countsOf(lines)).map(([kind, count]) => `${count} ${kind}`);
      const end = applied ? 'Done.' : 'Nothing was changed. Do it with --apply.';
      return `${drawn}\n\nGLPI has ${seen} entities: ${counts.join(', ')}. ${end}`;
    },
  };
}

function changeText({ kind, before, after }: ImportLine): string {
  switch (kind) {
    case 'create':
      return 'new here';
    case 'link':
      return 'was here under this name';
    case 'gone':
      return 'not in GLPI any more: stays, marked as gone';
    case 'back':
      return 'in GLPI again';
    case 'tag-taken':
      return `tag ${after ?? ''} belongs to another entity here`;
    case 'rename':
    case 'move':
    case 'tag':
      return `${before ?? 'none'} → ${after ?? 'none'}`;
  }
}
