import { escapeMarkup } from '../domain/xml-markup';

/**
 * The rule by which GLPI puts what Gatehouse passes on into its entity: GLPI takes the inventory's tag, and the entity
 * whose "inventory tag" is the same. Measured with GLPI 10.0.16; GLPI 11 has the same criteria and actions.
 */
export const tagRule = {
  name: 'Entity from the tag that Gatehouse sets',
  uuid: 'gatehouse_entity_from_tag',
  criterion: 'tag',
  pattern: '/(.+)/',
  action: '_affect_entity_by_tag',
  value: '#0',
} as const;

/** `PATTERN_REGEX_MATCH` in GLPI's `Rule`. */
const regexMatches = 6;

/**
 * As GLPI exports rules and imports them (Administration > Rules > …): one `rule` with the columns of its table, an element
 * for each criterion and action, the entity by its complete name. `rootEntity`: the name of GLPI's root entity.
 */
export function tagRuleXml(rootEntity: string): string {
  const rule = elements(4, {
    entities_id: rootEntity,
    sub_type: 'RuleImportEntity',
    ranking: '1',
    name: tagRule.name,
    description: 'Made by gatehouse glpi rules',
    match: 'AND',
    is_active: '1',
    comment: '',
    is_recursive: '1',
    uuid: tagRule.uuid,
    condition: '0',
    date_creation: '',
  });
  const criterion = elements(6, {
    criteria: tagRule.criterion,
    condition: String(regexMatches),
    pattern: tagRule.pattern,
  });
  const action = elements(6, { action_type: 'regex_result', field: tagRule.action, value: tagRule.value });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<rules>',
    '  <rule>',
    ...rule,
    '    <rulecriteria>',
    ...criterion,
    '    </rulecriteria>',
    '    <ruleaction>',
    ...action,
    '    </ruleaction>',
    '  </rule>',
    '</rules>',
    '',
  ].join('\n');
}

function elements(indent: number, fields: Readonly<Record<string, string>>): string[] {
  return Object.entries(fields).map(
    ([name, text]) => `${' '.repeat(indent)}<${name}>${escapeXml(text)}</${name}>`,
  );
}

function escapeXml(text: string): string {
  return escapeMarkup(text.toWellFormed().replace(/[\p{Cc}\uFFFE\uFFFF]/gu, ' '));
}
