import { Accordion, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { EntitySelect } from '../../parts/entity-select';
import { useTexts } from '../../texts/texts';
import type { KeyFormValues } from './key-form-values';
import { KeyLimits } from './key-limits';
import { KeyRules } from './key-rules';
import { KeySpecialCases } from './key-special-cases';

export type KeyForm = UseFormReturnType<KeyFormValues>;

const modes = ['auto', 'approve', 'observe', 'closed'] as const;

interface KeyFieldsProps {
  readonly form: KeyForm;
  /** The entity of a key never changes. */
  readonly isNew: boolean;
}

/** What is asked for a key, with what it means beside each question. */
export function KeyFields({ form, isNew }: KeyFieldsProps) {
  const { t } = useTexts();
  const { mode } = form.getValues();
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput
          required
          label={t('keys.form.name')}
          description={t('keys.form.nameHint')}
          maxLength={255}
          data-autofocus
          {...form.getInputProps('name')}
        />
        <EntitySelect
          required
          disabled={!isNew}
          label={t('keys.form.entity')}
          description={t('keys.form.entityHint')}
          {...form.getInputProps('entityId')}
        />
      </SimpleGrid>
      <Select
        label={t('keys.form.mode')}
        description={t(`keys.form.modeHints.${mode}`)}
        allowDeselect={false}
        data={modes.map((value) => ({ value, label: t(`keys.form.modes.${value}`) }))}
        {...form.getInputProps('mode')}
      />
      <Accordion variant="separated" multiple defaultValue={['limits']}>
        <Accordion.Item value="limits">
          <Accordion.Control>{t('keys.form.narrower')}</Accordion.Control>
          <Accordion.Panel>
            <KeyLimits form={form} />
          </Accordion.Panel>
        </Accordion.Item>
        <Accordion.Item value="rules">
          <Accordion.Control>{t('keys.form.rules')}</Accordion.Control>
          <Accordion.Panel>
            <KeyRules form={form} />
          </Accordion.Panel>
        </Accordion.Item>
        <Accordion.Item value="special">
          <Accordion.Control>{t('keys.form.finer')}</Accordion.Control>
          <Accordion.Panel>
            <KeySpecialCases form={form} />
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </Stack>
  );
}
