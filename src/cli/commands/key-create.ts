import { checkInput } from '../../admin/admin-schemas';
import { createKey, type CreatedKey, type KeyInput } from '../../admin/keys';
import { agentCommandLines } from '../agent-command-lines';
import { command } from '../command';
import { chooseEntity } from '../entity-choice';
import { commandLineBlock } from '../printing/command-line-block';
import type { Screen } from '../printing/table';
import { keyPolicyBody, keyPolicyOptions, type KeyPolicyOptions } from './key-policy-options';
import { keySheet } from './key-show';

interface Options extends KeyPolicyOptions {
  readonly entity?: string;
  readonly name?: string;
}

export const keyCreate = command<Options>({
  name: 'key create',
  summary: 'make a registration key (shown this once)',
  options: [
    { flags: '--entity <entity>', description: 'where its devices go (default: the root entity)' },
    { flags: '--name <name>', description: 'what people call it (default: the name of the entity)' },
    ...keyPolicyOptions,
  ],
  examples: [
    'gatehouse key create --entity "Root > France" --name "France laptops" --max-assets 200',
    `gatehouse key create --entity France --rule '{"tag":"PAR-*","entity":"Paris"}'`,
  ],
  run: async (context, { entity, name, ...policy }) => {
    const created = await context.withAdmin(async (admin, caller) => {
      const chosen = await chooseEntity(admin, caller, entity ?? 'Root');
      const body = await keyPolicyBody(admin, caller, policy);
      const input = { ...body, name: name ?? chosen.name, entityId: chosen.id };
      return await createKey(admin, caller, checkInput('body', 'KeyCreate', input) as KeyInput);
    });
    const agents = agentCommandLines(addressOf(created));
    return { value: { ...created, agents }, text: (screen) => drawn(created, screen) };
  },
});

export function addressOf({ url, key, carriers, tag, tagPolicy }: CreatedKey) {
  const needsTag = tagPolicy === 'require' && tag !== null;
  return { url: url ?? '', key, carriers, ...(needsTag ? { tag } : {}) };
}

function drawn(created: CreatedKey, screen: Screen): string {
  return [
    `${screen.paint('bold', 'Registration key')} (shown this once, keep it safe):\n\n  ${created.key}`,
    keySheet(created, screen),
    commandLineBlock(agentCommandLines(addressOf(created)), screen),
  ].join('\n\n');
}
