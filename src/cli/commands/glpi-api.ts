import { checkInput } from '../../admin/admin-schemas';
import {
  getGlpiApi,
  removeGlpiApi,
  setGlpiApi,
  type GlpiApiInput,
  type GlpiApiView,
} from '../../admin/glpi/api-credentials';
import { command, given } from '../command';
import type { Context } from '../context';
import { CommandFailure, exitCodes } from '../exit-code';
import { sheet } from '../printing/table';
import type { Shown } from '../shown';

interface SetOptions {
  readonly url: string;
  readonly userTokenFile?: string;
  readonly appTokenFile?: string;
  readonly clientId?: string;
  readonly clientSecretFile?: string;
  readonly user?: string;
  readonly passwordFile?: string;
}

const maxSecretBytes = 4096;
const from = 'file that holds it, or - for standard input';

export const glpiApiSet = command<SetOptions>({
  name: 'glpi api set',
  summary: 'give the credential for the API of GLPI; secrets come from files or standard input',
  options: [
    { flags: '--url <url>', description: 'root of GLPI', isRequired: true },
    { flags: '--user-token-file <file>', description: `API token of a user, for apirest.php: ${from}` },
    { flags: '--app-token-file <file>', description: `app token of the API client: ${from}` },
    { flags: '--client-id <id>', description: 'OAuth client of GLPI 11, for api.php/v2' },
    { flags: '--client-secret-file <file>', description: `its secret: ${from}` },
    { flags: '--user <name>', description: 'user of the password grant' },
    { flags: '--password-file <file>', description: `the user's password: ${from}` },
  ],
  examples: [
    'gatehouse glpi api set --url https://glpi.example.org --user-token-file user-token.txt --app-token-file app-token.txt',
    'gatehouse glpi api set --url https://glpi.example.org --client-id 4f…c2 --client-secret-file secret.txt --user gatehouse --password-file -',
  ],
  run: async (context, options) => {
    const fromStandardInput = Object.values(options).filter((value) => value === '-');
    if (fromStandardInput.length > 1) {
      throw new CommandFailure(
        exitCodes.usage,
        'Only one secret can come from standard input.',
        'Put the others in files.',
      );
    }
    const fields = given({
      url: options.url,
      userToken: await secretOf(context, options.userTokenFile),
      appToken: await secretOf(context, options.appTokenFile),
      clientId: options.clientId,
      clientSecret: await secretOf(context, options.clientSecretFile),
      userName: options.user,
      password: await secretOf(context, options.passwordFile),
    });
    const input = checkInput('body', 'GlpiApiSet', fields) as GlpiApiInput;
    return shownApi(await context.withAdmin((admin, caller) => setGlpiApi(admin, caller, input)));
  },
});

export const glpiApiShow = command({
  name: 'glpi api show',
  summary: 'show how the API of GLPI is reached, without its secrets',
  examples: ['gatehouse glpi api show'],
  run: async (context) => shownApi(await context.withAdmin(getGlpiApi)),
});

export const glpiApiRemove = command({
  name: 'glpi api remove',
  summary: 'forget the credential for the API of GLPI',
  examples: ['gatehouse glpi api remove'],
  run: async (context) => {
    await context.withAdmin(removeGlpiApi);
    return {
      value: { removed: true },
      text: () => 'The credential is forgotten. Entities stay as they are.',
    };
  },
});

async function secretOf(
  context: Pick<Context, 'readInput'>,
  file: string | undefined,
): Promise<string | undefined> {
  if (file === undefined) return undefined;
  return (await context.readInput(file, maxSecretBytes)).toString('utf8').trim();
}

function shownApi(view: GlpiApiView): Shown {
  const kind = view.api === 'legacy' ? 'legacy (apirest.php)' : 'of GLPI 11 (api.php/v2)';
  return {
    value: view,
    text: (screen) =>
      sheet(
        [
          ['url', view.url],
          ['api', kind],
          ['client', view.clientId],
          ['user', view.userName],
          ['app token', view.hasAppToken ? 'yes' : null],
          ['changed', view.changedAt],
          ['last import', view.importedAt],
          ['', view.lastImport],
        ],
        screen,
      ),
  };
}
