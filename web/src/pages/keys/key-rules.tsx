import { Button, Card, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { EntitySelect } from '../../parts/entity-select';
import { useTexts } from '../../texts/texts';
import type { KeyForm } from './key-form';
import { emptyRule, ruleConditions } from './key-rule-values';

/** As many as the API takes. */
const maxRules = 100;

/** Which entity an asset goes to, by what its agent says; the first rule that fits counts. */
export function KeyRules({ form }: { readonly form: KeyForm }) {
  const { t } = useTexts();
  const { rules } = form.getValues();
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {t('keys.form.rulesHint')}
      </Text>
      {rules.map((_, index) => (
        <Card
          key={index}
          withBorder
          padding="sm"
          role="group"
          aria-label={`${t('keys.form.rule')} ${index + 1}`}
        >
          <SimpleGrid cols={{ base: 1, xs: 2, sm: 3 }} spacing="xs">
            {ruleConditions.map((name) => (
              <TextInput
                key={name}
                size="xs"
                maxLength={255}
                label={t(`keys.form.conditions.${name}`)}
                {...form.getInputProps(`rules.${index}.${name}`)}
              />
            ))}
          </SimpleGrid>
          <Group mt="xs" align="flex-end" justify="space-between">
            <EntitySelect
              required
              size="xs"
              flex={1}
              label={t('keys.form.ruleEntity')}
              {...form.getInputProps(`rules.${index}.entityId`)}
            />
            <Button
              size="xs"
              variant="subtle"
              color="red"
              onClick={() => {
                form.removeListItem('rules', index);
              }}
            >
              {t('keys.form.removeRule')}
            </Button>
          </Group>
        </Card>
      ))}
      <Group>
        <Button
          size="xs"
          variant="default"
          disabled={rules.length >= maxRules}
          onClick={() => {
            form.insertListItem('rules', emptyRule);
          }}
        >
          {t('keys.form.addRule')}
        </Button>
      </Group>
    </Stack>
  );
}
