import type { Key, KeyCreate } from '../../api/types';

export const ruleConditions = ['tag', 'hostname', 'domain', 'itemtype', 'cidr', 'certificate'] as const;

/** As the form holds a rule: empty where nothing is said. */
export type RuleValues = Record<(typeof ruleConditions)[number], string> & { entityId: string | null };

export const emptyRule: RuleValues = {
  ...{ tag: '', hostname: '', domain: '', itemtype: '', cidr: '', certificate: '' },
  entityId: null,
};

export function ruleValuesOf(rules: Key['rules']): RuleValues[] {
  return rules.map((rule) => ({ ...emptyRule, ...rule }));
}

export function rulesOf(rules: readonly RuleValues[]): NonNullable<KeyCreate['rules']> {
  return rules.map(({ entityId, ...conditions }) => ({
    ...Object.fromEntries(Object.entries(conditions).filter(([, text]) => text !== '')),
    entityId: entityId ?? '',
  }));
}
