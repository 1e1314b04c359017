import { command } from '../command';
import { explainInventory, type Explained } from '../explain-inventory';
import { exitCodes } from '../exit-code';
import { sheet, type Screen } from '../printing/table';

export const explain = command<{ key: string }>({
  name: 'explain',
  summary: 'say what would become of an inventory, step by step; writes nothing',
  arguments: [
    { name: '<file>', description: 'inventory as an agent sends it (JSON or XML, also compressed), or -' },
  ],
  options: [{ flags: '--key <kid>', description: 'as if it came with this key', isRequired: true }],
  examples: [
    'gatehouse explain host.json --key 3pWx8KqLm2Za',
    'gatehouse explain - --key 3pWx8KqLm2Za < host.xml',
  ],
  run: async (context, { key }, file) => {
    const settings = context.settings();
    const body = await context.readInput(file, settings.maxBodyBytes);
    const explained = await explainInventory(context, key, body);
    return {
      value: explained,
      text: (screen) => drawn(explained, screen),
      exitCode: explained.verdict === 'accepted' ? exitCodes.done : exitCodes.refused,
    };
  },
});

function drawn({ steps, ...result }: Explained, screen: Screen): string {
  const lines = steps.map(({ stage, result: of, facts }, i) =>
    [
      `${i + 1}. ${screen.paint('bold', stage)}: ${of}`,
      sheet([['', JSON.stringify(facts, null, 2).split('\n')]], screen),
    ].join('\n'),
  );
  return [...lines, '', sheet(Object.entries(result), screen)].join('\n');
}
