import { tagRuleXml } from '../../../src/glpi/tag-rule';
import { defaultDecodeLimits } from '../../../src/protocol/limits';
import { readXml } from '../../../src/protocol/xml-tree';

it('is a file of rules as GLPI reads it: columns of the rule, one criterion, one action', () => {
  const read = readXml(tagRuleXml('A & <B>'), defaultDecodeLimits);
  if (read.verdict !== 'passed') throw new Error('not well formed');
  expect(read.value).toEqual({
    rootName: 'rules',
    root: {
      rule: {
        entities_id: 'A & <B>',
        sub_type: 'RuleImportEntity',
        ranking: '1',
        name: 'Entity from the tag that Gatehouse sets',
        description: 'Made by gatehouse glpi rules',
        match: 'AND',
        is_active: '1',
        is_recursive: '1',
        uuid: 'gatehouse_entity_from_tag',
        condition: '0',
        // PATTERN_REGEX_MATCH is 6; the action takes the first group of the match.
        rulecriteria: { criteria: 'tag', condition: '6', pattern: '/(.+)/' },
        ruleaction: { action_type: 'regex_result', field: '_affect_entity_by_tag', value: '#0' },
      },
    },
  });
});
