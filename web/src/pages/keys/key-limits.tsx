import { MultiSelect, NumberInput, Select, SimpleGrid, TagsInput, TextInput } from '@mantine/core';
import { useTexts } from '../../texts/texts';
import type { KeyForm } from './key-form';

const itemtypes = ['Computer', 'Phone', 'Printer', 'NetworkEquipment', 'Unmanaged'] as const;
const tagPolicies = ['ignore', 'require', 'map'] as const;

/** What makes a key narrower. */
export function KeyLimits({ form }: { readonly form: KeyForm }) {
  const { t } = useTexts();
  const { tagPolicy } = form.getValues();
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <TextInput
        type="date"
        label={t('keys.form.enrolUntil')}
        description={t('keys.form.enrolUntilHint')}
        {...form.getInputProps('enrolUntil')}
      />
      <TextInput
        type="date"
        label={t('keys.form.useUntil')}
        description={t('keys.form.useUntilHint')}
        {...form.getInputProps('useUntil')}
      />
      <NumberInput
        min={1}
        allowDecimal={false}
        label={t('keys.form.maxAssets')}
        description={t('keys.form.maxAssetsHint')}
        placeholder={t('common.unlimited')}
        {...form.getInputProps('maxAssets')}
      />
      <TagsInput
        maxTags={100}
        splitChars={[',', ' ', ';']}
        label={t('keys.form.cidrs')}
        description={t('keys.form.cidrsHint')}
        {...form.getInputProps('cidrs')}
      />
      <MultiSelect
        clearable
        label={t('keys.form.itemtypes')}
        description={t('keys.form.itemtypesHint')}
        data={itemtypes.map((value) => ({ value, label: t(`words.itemtype.${value}`) }))}
        {...form.getInputProps('itemtypes')}
      />
      <Select
        allowDeselect={false}
        label={t('keys.form.tagPolicy')}
        description={t('keys.form.tagHint')}
        data={tagPolicies.map((value) => ({ value, label: t(`keys.form.tagPolicies.${value}`) }))}
        {...form.getInputProps('tagPolicy')}
      />
      {tagPolicy === 'require' ? (
        <TextInput required maxLength={255} label={t('keys.form.tag')} {...form.getInputProps('tag')} />
      ) : null}
    </SimpleGrid>
  );
}
