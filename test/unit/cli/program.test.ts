import { commandTable } from '../../../src/cli/command-table';
import { createProgram } from '../../../src/cli/program';

describe('the table of commands', () => {
  test('every command says what it does, and shows an example that begins with itself', () => {
    for (const { name, summary, examples } of commandTable) {
      expect(summary).not.toBe('');
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) expect(example).toContain(`gatehouse ${name}`);
    }
  });

  test('no name stands there twice', () => {
    const names = commandTable.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test('every command of the interface can be reached, with --json', () => {
    const program = createProgram(commandTable, { columns: undefined, version: '0' }, () =>
      Promise.resolve(),
    );
    for (const { name } of commandTable) {
      let command = program;
      for (const word of name.split(' ')) command = command.commands.find((child) => child.name() === word)!;
      expect(command.options.map(({ long }) => long)).toEqual(
        expect.arrayContaining(['--json', '--instance']),
      );
    }
    const interfaceNames = [
      'serve',
      'migrate',
      'entity',
      'key',
      'asset',
      'submission',
      'quarantine',
      'admin',
    ];
    expect(program.commands.map((command) => command.name())).toEqual(
      expect.arrayContaining([...interfaceNames, 'doctor', 'config', 'explain', 'demo', 'test', 'register']),
    );
  });

  test('every group of commands says in the help what it is for', () => {
    const program = createProgram(commandTable, { columns: undefined, version: '0' }, () =>
      Promise.resolve(),
    );
    const all = (of: typeof program): (typeof program)[] => [of, ...of.commands.flatMap(all)];
    expect(
      all(program)
        .filter((one) => one.description() === '')
        .map((one) => one.name()),
    ).toEqual([]);
  });
});
