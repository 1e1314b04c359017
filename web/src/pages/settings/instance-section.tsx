import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { api, give } from '../../api/client';
import { instanceQuery } from '../../api/queries';
import type { Instance } from '../../api/types';
import { Dialog } from '../../parts/dialog';
import { Facts } from '../../parts/facts';
import { useFormerUrls } from '../../parts/former-urls';
import { Loaded } from '../../parts/loaded';
import { RebindButton } from '../../parts/rebind-dialog';
import { Section } from '../../parts/section';
import { useAction } from '../../parts/use-action';
import { When } from '../../parts/when';
import { useRights } from '../../session/session';
import { useTexts } from '../../texts/texts';

/** Its URLs are those of the setting PUBLIC_URL. */
const firstInstanceId = 1;

/** Name and URLs of what people have signed in to. */
export function InstanceSection() {
  const { t } = useTexts();
  const { may, limit } = useRights();
  const query = useQuery(instanceQuery);
  const mayChange = may('admin') && limit === undefined;
  return (
    <Section
      title={t('settings.instance')}
      actions={mayChange && query.data !== undefined ? <Changes of={query.data} /> : undefined}
    >
      <Loaded query={query}>{(instance) => <InstanceFacts of={instance} />}</Loaded>
    </Section>
  );
}

function InstanceFacts({ of: { name, publicUrls, urlAliases, createdAt } }: { readonly of: Instance }) {
  const { t } = useTexts();
  return (
    <Facts
      labelWidth={220}
      facts={[
        { label: t('words.field.name'), value: <bdi>{name}</bdi> },
        { label: t('settings.urls'), value: <span className="mono">{publicUrls.join(', ')}</span> },
        ...useFormerUrls(urlAliases),
        { label: t('words.field.createdAt'), value: <When at={createdAt} /> },
      ]}
    />
  );
}

function Changes({ of: instance }: { readonly of: Instance }) {
  const { t } = useTexts();
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <Group gap="xs">
      <Button size="xs" variant="default" onClick={open}>
        {t('rebind.rename')}
      </Button>
      <Dialog opened={isOpen} onClose={close} title={t('rebind.rename')}>
        <RenameForm name={instance.name} onDone={close} />
      </Dialog>
      <RebindButton
        size="xs"
        urls={instance.publicUrls}
        areOfSettings={instance.id === firstInstanceId}
        run={(body) => give(api.POST('/instance/rebind', { body }))}
        refresh={[['instance'], ['keys']]}
      />
    </Group>
  );
}

function RenameForm({ name: before, onDone }: { readonly name: string; readonly onDone: () => void }) {
  const { t } = useTexts();
  const [name, setName] = useState(before);
  const rename = useAction({
    run: () => give(api.PATCH('/instance', { body: { name } })),
    done: () => t('rebind.renamed'),
    refresh: [['instance']],
    onDone,
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    rename.mutate(undefined);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          required
          data-autofocus
          maxLength={255}
          label={t('words.field.name')}
          value={name}
          onChange={(event) => {
            setName(event.currentTarget.value);
          }}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" disabled={name.trim() === ''} loading={rename.isPending}>
            {t('common.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
