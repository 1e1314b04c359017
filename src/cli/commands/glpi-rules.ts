import { describeGlpiRules, type GlpiRules } from '../../admin/glpi/tag-rules';
import { command } from '../command';
import { table, type Screen } from '../printing/table';

export const glpiRules = command<{ readonly xml?: boolean }>({
  name: 'glpi rules',
  summary: 'print the rule and the tags that GLPI needs to put each asset in its entity',
  options: [{ flags: '--xml', description: "the rule as a file for GLPI's import, and nothing else" }],
  examples: ['gatehouse glpi rules', 'gatehouse glpi rules --xml > rules.xml'],
  run: async (context, { xml = false }) => {
    const rules = await context.withAdmin(describeGlpiRules);
    return { value: rules, text: (screen) => (xml ? rules.xml.trimEnd() : explained(rules, screen)) };
  },
});

function explained({ rule, entities }: GlpiRules, screen: Screen): string {
  const tagged = entities.filter(({ tag }) => tag !== null);
  const untagged = entities.length - tagged.length;
  const tags =
    tagged.length === 0
      ? 'No entity here has a tag: nothing would be told apart. Give them: gatehouse entity update "Root > Paris" --tag PAR'
      : table(
          tagged,
          [
            { title: 'ENTITY', text: ({ completeName }) => completeName },
            { title: 'INVENTORY TAG', text: ({ tag }) => tag },
          ],
          screen,
        );
  return [
    'In GLPI (10 and 11), once:',
    '',
    '1. Administration > Rules > Rules for assigning an item to an entity, Add:',
    `     name       ${rule.name}`,
    '     active     yes, logical operator AND, before every other rule of this kind',
    `     criterion  Inventory tag, regular expression matches, ${rule.pattern}`,
    `     action     Entity from TAG, assign the value from regular expression, ${rule.value}`,
    '   Or import it: gatehouse glpi rules --xml > rules.xml, then Administration > Rules, Import.',
    '',
    '2. Administration > Entities, tab Advanced information, "Inventory tag" of each entity:',
    '',
    tags,
    ...(untagged === 0 || tagged.length === 0
      ? []
      : ['', `${untagged} more have no tag: GLPI puts what is in them where its rules say without one.`]),
    '',
    'GLPI places an asset when it first comes. It moves known ones only with a transfer strategy of their entity.',
  ].join('\n');
}
