import { MultiSelect, TextInput } from '@mantine/core';
import { eventKinds } from '../../api/event-kinds';
import type { EventKind } from '../../api/types';
import { EntitySelect } from '../../parts/entity-select';
import { useTexts } from '../../texts/texts';

export interface WebhookValues {
  readonly url: string;
  readonly name: string;
  readonly kinds: readonly string[];
  readonly entityId: string | null;
}

interface WebhookFieldsProps {
  readonly values: WebhookValues;
  readonly onChange: (values: WebhookValues) => void;
}

export function WebhookFields({ values, onChange }: WebhookFieldsProps) {
  const { t } = useTexts();
  const { url, name, kinds, entityId } = values;
  const set = (change: Partial<WebhookValues>): void => {
    onChange({ ...values, ...change });
  };
  return (
    <>
      <TextInput
        required
        data-autofocus
        type="url"
        label={t('installation.webhookUrl')}
        maxLength={2048}
        value={url}
        onChange={(event) => {
          set({ url: event.currentTarget.value });
        }}
      />
      <TextInput
        label={t('words.field.name')}
        description={t('installation.webhookNameHint')}
        maxLength={255}
        value={name}
        onChange={(event) => {
          set({ name: event.currentTarget.value });
        }}
      />
      <MultiSelect
        clearable
        label={t('installation.events')}
        description={t('installation.eventsHint')}
        data={[...eventKinds]}
        value={[...kinds]}
        onChange={(chosen) => {
          set({ kinds: chosen });
        }}
      />
      <EntitySelect
        clearable
        label={t('settings.tokenEntity')}
        description={t('settings.tokenEntityHint')}
        value={entityId}
        onChange={(chosen) => {
          set({ entityId: chosen });
        }}
      />
    </>
  );
}

/** As the API takes it: without a name the host of the URL stands for it. */
export function webhookBody({ url, name, kinds, entityId }: WebhookValues) {
  return {
    ...{ url, entityId },
    kinds: kinds as EventKind[],
    ...(name.trim() === '' ? {} : { name: name.trim() }),
  };
}
