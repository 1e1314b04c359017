import { instanceRebind } from '../../../src/cli/commands/instance-rebind';
import { keyConfig } from '../../../src/cli/commands/key-config';
import { keyRebind } from '../../../src/cli/commands/key-rebind';
import { keyShow } from '../../../src/cli/commands/key-show';
import type { CommandSpec } from '../../../src/cli/command';
import type { Context } from '../../../src/cli/context';
import { startAdminApi, type AdminApi } from '../../support/admin-api';

let api: AdminApi;
beforeAll(async () => {
  api = await startAdminApi();
  api.clock.now = new Date('2027-03-01T12:00:00Z');
});
afterAll(async () => {
  await api.close();
});

const screen = { columns: undefined, paint: (_style: string, text: string) => text };

/** The command as the program runs it, on the test's database; `input` is what files and standard input hold. */
async function run(spec: CommandSpec, options: object, args: string[] = [], input = '') {
  const context: Pick<Context, 'withAdmin' | 'readInput' | 'actor'> = {
    actor: 'cli:test',
    withAdmin: (work) => work(api.deps, api.caller),
    readInput: () => Promise.resolve(Buffer.from(input)),
  };
  const shown = await spec.run(context as Context, options, ...args);
  if (shown === undefined) throw new Error('the command printed nothing');
  return { value: shown.value as Record<string, unknown>, text: shown.text(screen) };
}

describe('key config', () => {
  it('prints files with a placeholder, and says that it is one', async () => {
    const { text } = await run(keyConfig, { for: 'glpi-agent' }, [api.firstKid]);
    expect(text).toContain('# --- gatehouse.cfg ---');
    expect(text).toContain(
      `server = https://PUT_THE_REGISTRATION_KEY_HERE_${api.firstKid}:x@inventory.example/`,
    );
    expect(text).toContain('Replace PUT_THE_REGISTRATION_KEY_HERE');
  });

  it('puts the key in that it reads from a file or standard input', async () => {
    for (const from of [{ key: '-' }, { keyFile: 'key.txt' }]) {
      const input = ` ${api.registrationKey}\n`;
      const { text } = await run(keyConfig, { for: 'ansible', ...from }, [api.firstKid], input);
      expect(text).toContain(`server = https://${api.registrationKey}:x@inventory.example/`);
      expect(text).not.toContain('Replace PUT');
    }
  });

  it('takes no key as an argument, where the shell would keep it', async () => {
    const options = { for: 'ocs', key: api.registrationKey };
    await expect(run(keyConfig, options, [api.firstKid])).rejects.toMatchObject({ exitCode: 2 });
  });

  it.each([
    ['an admin token', () => api.token, 'admin token'],
    ['the key cut short', () => api.registrationKey.slice(0, 50), 'the rest is missing'],
    [
      'the key with a letter changed',
      () => api.registrationKey.replace(/.$/, (c) => (c === 'a' ? 'b' : 'a')),
      'mistyped',
    ],
  ])('says what it was given instead of the key: %s', async (_name, given, needed) => {
    const failed = run(keyConfig, { for: 'ocs', key: '-' }, [api.firstKid], given());
    await expect(failed).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringContaining(needed) as string,
    });
    await failed.catch((error: unknown) => {
      expect(String(error)).not.toContain(given());
    });
  });

  it('does not take the key of another kid', async () => {
    const created = await api.expect(201, 'post', '/keys', { name: 'k', entityId: api.rootEntityId });
    const failed = run(keyConfig, { for: 'ocs', key: '-' }, [String(created.kid)], api.registrationKey);
    await expect(failed).rejects.toThrow(/another registration key/);
  });
});

describe('key rebind and instance rebind', () => {
  it('keep the old URL for a time, for ever, or not at all', async () => {
    const { kid } = await api.expect(201, 'post', '/keys', {
      name: 'k',
      entityId: api.rootEntityId,
      url: 'https://old.example',
    });
    const first = await run(keyRebind, { url: ['https://new.example'] }, [String(kid)]);
    expect(first.text).toContain('https://old.example (until 2027-03-31T12:00:00.000Z)');
    const ever = await run(keyRebind, { keepOldUntil: 'forever' }, [String(kid)]);
    expect(ever.text).toContain('https://old.example (until further notice)');
    await run(keyRebind, { keepOldUntil: 'now' }, [String(kid)]);
    const { text } = await run(keyShow, {}, [String(kid)]);
    expect(text).toContain('https://old.example (ended at 2027-03-01T12:00:00.000Z)');
  });

  it('leave the URL of the first instance to PUBLIC_URL', async () => {
    await expect(run(instanceRebind, { url: ['https://new.example'] })).rejects.toThrow(/PUBLIC_URL/);
    const { value } = await run(instanceRebind, { keepOldUntil: 'now' });
    expect(value).toMatchObject({ publicUrls: ['https://inventory.example'], urlAliases: [] });
  });
});
