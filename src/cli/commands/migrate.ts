import { migrate as migrateSchema } from '../../store/migrate';
import { command } from '../command';
import { openDatabaseServer } from '../open-database-server';

export const migrate = command({
  name: 'migrate',
  summary: 'bring the database schema up to date (serve does it, too)',
  examples: ['gatehouse migrate'],
  run: async (context) => {
    const note = (line: string): void => {
      context.note(line);
    };
    const server = await openDatabaseServer(context.settings(), { waitMs: 0, note });
    try {
      const result = await migrateSchema(server.url, { onProgress: note });
      const done = result.applied.length === 0 ? 'Nothing to do' : `Applied ${result.applied.join(', ')}`;
      return { value: result, text: () => `${done}: the schema is at migration ${result.schemaNumber}.` };
    } finally {
      await server.release();
    }
  },
});
