import {
  Checkbox,
  MultiSelect,
  NumberInput,
  SimpleGrid,
  TagsInput,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useTexts } from '../../texts/texts';
import { KeyCertificates } from './key-certificates';
import type { KeyForm } from './key-form';
import { allCarriers, allPassedTasks, allScopes, allTasks } from './key-form-values';

/** What most keys never need. */
export function KeySpecialCases({ form }: { readonly form: KeyForm }) {
  const { t } = useTexts();
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <TextInput
        maxLength={255}
        label={t('keys.form.owner')}
        description={t('keys.form.ownerHint')}
        {...form.getInputProps('owner')}
      />
      <TagsInput
        maxTags={20}
        label={t('keys.form.url')}
        description={t('keys.form.urlHint')}
        {...form.getInputProps('url')}
      />
      <MultiSelect
        label={t('keys.form.carriers')}
        description={t('keys.form.carriersHint')}
        data={allCarriers}
        {...form.getInputProps('carriers')}
      />
      <MultiSelect
        clearable
        label={t('keys.form.tasks')}
        description={t('keys.form.tasksHint')}
        data={allTasks}
        {...form.getInputProps('tasks')}
      />
      <MultiSelect
        clearable
        label={t('keys.form.passTasks')}
        description={t('keys.form.passTasksHint')}
        data={allPassedTasks}
        {...form.getInputProps('passTasks')}
      />
      <NumberInput
        min={1}
        allowDecimal={false}
        label={t('keys.form.newAssetsPerHour')}
        description={t('keys.form.newAssetsPerHourHint')}
        placeholder={t('common.unlimited')}
        {...form.getInputProps('newAssetsPerHour')}
      />
      <NumberInput
        min={1}
        allowDecimal={false}
        label={t('keys.form.requestsPerMinute')}
        placeholder={t('common.unlimited')}
        {...form.getInputProps('requestsPerMinute')}
      />
      <MultiSelect
        label={t('keys.form.scopes')}
        description={t('keys.form.scopesHint')}
        data={allScopes.map((value) => ({ value, label: t(`keys.form.scopeNames.${value}`) }))}
        {...form.getInputProps('scopes')}
      />
      <NumberInput
        min={1}
        max={3650}
        allowDecimal={false}
        label={t('keys.form.retireUnusedDays')}
        description={t('keys.form.retireUnusedDaysHint')}
        placeholder={t('common.never')}
        {...form.getInputProps('retireUnusedDays')}
      />
      <KeyCertificates form={form} />
      <Textarea
        autosize
        minRows={2}
        maxLength={2000}
        label={t('common.note')}
        {...form.getInputProps('note')}
      />
      <Checkbox
        mt="md"
        label={t('keys.form.canary')}
        description={t('keys.form.canaryHint')}
        {...form.getInputProps('canary', { type: 'checkbox' })}
      />
    </SimpleGrid>
  );
}
