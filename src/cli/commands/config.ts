import { describeSettings } from '../../settings/settings';
import { command } from '../command';
import { table } from '../printing/table';

export const config = command({
  name: 'config',
  summary: 'show the effective settings and where each comes from',
  examples: ['gatehouse config', 'gatehouse config --json'],
  run: (context) => {
    const items = describeSettings(context.settings());
    return Promise.resolve({
      value: items,
      text: (screen) =>
        table(
          items,
          [
            { title: 'SETTING', text: ({ name }) => name, isWhole: true },
            { title: 'VALUE', text: ({ value }) => value },
            { title: 'FROM', text: ({ source }) => source },
          ],
          screen,
        ),
    });
  },
});
