import { checkInput } from '../../admin/admin-schemas';
import { createToken, listTokens, revokeToken, type TokenInput, type TokenQuery } from '../../admin/tokens';
import { collect, command, given, limitOption, listed, type CommandSpec } from '../command';
import { chooseEntity } from '../entity-choice';
import { sheet, table } from '../printing/table';

/** The same three commands under two names: `token` says what it is, `admin` whom it is for. */
export function tokenCommands(group: 'token' | 'admin'): readonly CommandSpec[] {
  return [tokenCreate(group), tokenList(group), tokenRevoke(group)];
}

const tokenCreate = (group: string) =>
  command<{ name: string; role?: string; entity?: string; expires?: string }>({
    name: `${group} create`,
    summary: 'make a token for the admin API (shown this once)',
    options: [
      { flags: '--name <name>', description: 'whose it is', isRequired: true },
      { flags: '--role <role>', description: 'viewer, operator or admin (default: admin)' },
      {
        flags: '--entity <entity>',
        description: 'limit it to this entity and all below (default: no limit)',
      },
      { flags: '--expires <time>', description: 'good until then, ISO 8601 (default: no end)' },
    ],
    examples: [
      `gatehouse ${group} create --name "Ada" --expires 2030-01-01`,
      `gatehouse ${group} create --name "Help desk Paris" --role operator --entity "Root > France > Paris"`,
    ],
    run: async (context, { name, role, entity, expires }) => {
      const fields = given({ name, role, expiresAt: expires });
      const input = checkInput('body', 'TokenCreate', fields) as TokenInput;
      const created = await context.withAdmin(async (admin, caller) => {
        const entityId = entity === undefined ? null : (await chooseEntity(admin, caller, entity)).id;
        return await createToken(admin, caller, { ...input, entityId });
      });
      const { token, ...rest } = created;
      return {
        value: created,
        text: (screen) =>
          `${screen.paint('bold', 'Admin token')} (shown this once, keep it safe):\n\n  ${token}\n\n${sheet(Object.entries(rest), screen)}`,
      };
    },
  });

const tokenList = (group: string) =>
  command<Omit<TokenQuery, 'after'>>({
    name: `${group} list`,
    summary: 'show tokens for the admin API, newest first',
    options: [
      { flags: '--role <role>', description: 'viewer, operator or admin' },
      { flags: '--state <state>', description: 'good, expired or revoked' },
      limitOption,
    ],
    examples: [`gatehouse ${group} list --state good`],
    run: async (context, { limit, ...filters }) => {
      const query = checkInput('query', 'TokenQuery', given(filters)) as TokenQuery;
      const page = await context.withAdmin((admin, caller) =>
        collect(limit, (request) => listTokens(admin, caller, { ...query, ...request })),
      );
      return listed(page, 'There are no tokens.', (rows, screen) =>
        table(
          rows,
          [
            { title: 'ID', text: ({ id }) => id, isWhole: true },
            { title: 'NAME', text: ({ name }) => name },
            { title: 'ROLE', text: ({ role }) => role },
            { title: 'ENTITY', text: ({ entity }) => entity ?? 'all' },
            { title: 'CREATED', text: ({ createdAt }) => createdAt },
            { title: 'EXPIRES', text: ({ expiresAt }) => expiresAt },
            { title: 'REVOKED', text: ({ revokedAt }) => revokedAt },
            { title: 'LAST USED', text: ({ lastUsedAt }) => lastUsedAt },
          ],
          screen,
        ),
      );
    },
  });

const tokenRevoke = (group: string) =>
  command({
    name: `${group} revoke`,
    summary: 'end a token for ever',
    arguments: [{ name: '<id>', description: 'id of the token' }],
    examples: [`gatehouse ${group} revoke 3pWx8KqLm2Za`],
    run: async (context, _options, id) => {
      const token = await context.withAdmin((admin, caller) => revokeToken(admin, caller, id));
      return {
        value: token,
        text: (screen) => `The token is revoked.\n\n${sheet(Object.entries(token), screen)}`,
      };
    },
  });
