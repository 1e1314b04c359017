import { Alert, Button, Group, SegmentedControl, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { api, give } from '../../api/client';
import type { GlpiApi } from '../../api/types';
import { useTexts } from '../../texts/texts';
import { Dialog } from '../../parts/dialog';
import { ProblemAlert } from '../../parts/problem-alert';
import { SecretInput } from '../../parts/secret-input';
import { useAction } from '../../parts/use-action';

interface SetGlpiApiProps {
  readonly label: string;
  /** The one before: what of it may be shown stands in the form. */
  readonly of?: GlpiApi;
  readonly onDone?: () => void;
}

/** Gives the credential for the API of GLPI, in the place of the one before. */
export function SetGlpiApi({ label, of, onDone }: SetGlpiApiProps) {
  const { t } = useTexts();
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button size="xs" variant={of === undefined ? 'filled' : 'default'} onClick={open}>
        {label}
      </Button>
      <Dialog opened={isOpen} onClose={close} title={t('glpi.set')} size="lg">
        <GlpiApiForm
          of={of}
          onDone={() => {
            close();
            onDone?.();
          }}
        />
      </Dialog>
    </>
  );
}

const kinds = ['legacy', 'high-level'] as const;
const secretFields = {
  legacy: ['userToken', 'appToken'],
  'high-level': ['clientSecret', 'password'],
} as const;
const nameFields = { legacy: [], 'high-level': ['clientId', 'userName'] } as const;

/** What is empty is left out. */
function bodyOf(values: Record<string, string>, kind: (typeof kinds)[number]) {
  const names = ['url', ...nameFields[kind], ...secretFields[kind]];
  const given = names.map((name) => [name, values[name]?.trim() ?? '']).filter(([, value]) => value !== '');
  return { url: '', ...(Object.fromEntries(given) as Record<string, string>) };
}

function GlpiApiForm({ of, onDone }: { readonly of: GlpiApi | undefined; readonly onDone: () => void }) {
  const { t } = useTexts();
  const form = useForm({
    initialValues: {
      ...{ kind: of?.api ?? 'legacy', url: of?.url ?? '', userToken: '', appToken: '' },
      ...{ clientId: of?.clientId ?? '', clientSecret: '', userName: of?.userName ?? '', password: '' },
    },
  });
  const { kind } = form.values;
  const set = useAction({
    run: () => give(api.POST('/glpi/api', { body: bodyOf(form.values, kind) })),
    done: () => t('glpi.isSet'),
    refresh: [['glpi-api']],
    onDone,
    isShown: () => true,
  });
  return (
    <form
      onSubmit={form.onSubmit(() => {
        set.mutate(undefined);
      })}
    >
      <Stack>
        <Alert color="blue">{t('glpi.setText')}</Alert>
        <TextInput
          required
          data-autofocus
          maxLength={2048}
          label={t('glpi.url')}
          placeholder="https://glpi.example.org/"
          {...form.getInputProps('url')}
        />
        <SegmentedControl
          aria-label={t('glpi.api')}
          data={kinds.map((value) => ({ value, label: t(`glpi.apis.${value}`) }))}
          {...form.getInputProps('kind')}
        />
        {nameFields[kind].map((name) => (
          <TextInput
            key={name}
            required
            maxLength={255}
            label={t(`glpi.${name}`)}
            {...(name === 'clientId' ? { description: t('glpi.clientIdHint') } : {})}
            {...form.getInputProps(name)}
          />
        ))}
        {secretFields[kind].map((name) => (
          <SecretInput
            key={name}
            required={name !== 'appToken'}
            maxLength={1024}
            autoComplete="off"
            label={t(`glpi.${name}`)}
            {...(name === 'appToken' ? { description: t('glpi.appTokenHint') } : {})}
            {...form.getInputProps(name)}
          />
        ))}
        {set.error === null ? null : <ProblemAlert error={set.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={set.isPending}>
            {t('common.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
