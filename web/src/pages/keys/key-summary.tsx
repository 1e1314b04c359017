import { List, ThemeIcon } from '@mantine/core';
import { CheckIcon } from '@heroicons/react/24/outline';
import { useQuery } from '@tanstack/react-query';
import { entitiesQuery } from '../../api/queries';
import { isolated } from '../../parts/agent-text';
import { useItemtypeName } from '../../parts/badges';
import { useTexts } from '../../texts/texts';
import { defaultScopes, type KeyFormValues } from './key-form-values';

/** What the key will do, in sentences: whoever makes it sees at once what was forgotten. */
export function KeySummary({ values }: { readonly values: KeyFormValues }) {
  const sentences = useSentences(values);
  return (
    <List
      size="sm"
      spacing="xs"
      icon={
        <ThemeIcon size={20} radius="xl" variant="light">
          <CheckIcon width={12} />
        </ThemeIcon>
      }
    >
      {sentences.map((sentence) => (
        <List.Item key={sentence}>{sentence}</List.Item>
      ))}
    </List>
  );
}

function useSentences(values: KeyFormValues): string[] {
  const { t, language } = useTexts();
  const { data: entities = [] } = useQuery(entitiesQuery);
  const itemtypeName = useItemtypeName();
  const entity = entities.find(({ id }) => id === values.entityId)?.completeName;
  const day = (date: string): string => new Date(date).toLocaleDateString(language, { timeZone: 'UTC' });
  const limits = [
    values.enrolUntil !== '' && t('keys.sum.enrol', { when: day(values.enrolUntil) }),
    values.useUntil !== '' && t('keys.sum.use', { when: day(values.useUntil) }),
    values.maxAssets !== '' && t('keys.sum.max', { count: values.maxAssets }),
    values.cidrs.length > 0 && t('keys.sum.cidrs', { networks: values.cidrs.join(', ') }),
    values.itemtypes.length > 0 &&
      t('keys.sum.itemtypes', { kinds: values.itemtypes.map(itemtypeName).join(', ') }),
    values.tagPolicy === 'require' && t('keys.sum.require', { tag: isolated(values.tag) }),
    values.tagPolicy === 'map' && t('keys.sum.map'),
    values.rules.length > 0 && t('keys.sum.rules', { count: values.rules.length }),
    values.clientCertificate !== 'optional' && t(`keys.sum.certificate.${values.clientCertificate}`),
    values.scopes.toSorted().join() !== defaultScopes.join() &&
      t('keys.sum.scopes', {
        scopes: values.scopes.map((scope) => t(`keys.form.scopeNames.${scope}`)).join(', '),
      }),
  ].filter((sentence) => sentence !== false);
  return [
    ...(entity === undefined ? [] : [t('keys.sum.entity', { entity: isolated(entity) })]),
    values.canary ? t('keys.sum.canary') : t(`keys.sum.${values.mode}`),
    ...(limits.length === 0 ? [t('keys.sum.open')] : limits),
  ];
}
