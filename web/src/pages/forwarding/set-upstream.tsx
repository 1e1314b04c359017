import { Alert, Button, Group, SegmentedControl, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { api, give } from '../../api/client';
import { fieldErrorsOf } from '../../api/problem';
import type { Upstream, UpstreamSet } from '../../api/types';
import { Dialog } from '../../parts/dialog';
import { SecretInput } from '../../parts/secret-input';
import { useAction } from '../../parts/use-action';
import { useTexts } from '../../texts/texts';
import { forwardingKeys } from './forwarding-keys';

interface SetUpstreamProps {
  readonly label: string;
  readonly size?: 'xs' | 'sm';
  /** The one before: what of it may be shown stands in the form. */
  readonly of?: Upstream;
}

/** Says where accepted inventories go. */
export function SetUpstream({ label, size = 'sm', of }: SetUpstreamProps) {
  const { t } = useTexts();
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button size={size} variant={of === undefined ? 'filled' : 'default'} onClick={open}>
        {label}
      </Button>
      <Dialog opened={isOpen} onClose={close} title={t('forwarding.setTitle')} size="lg">
        <UpstreamForm of={of} onDone={close} />
      </Dialog>
    </>
  );
}

const kinds = ['glpi', 'gatehouse'] as const;
const ways = ['none', 'basic', 'oauth', 'bearer'] as const;
type Way = (typeof ways)[number];

const blank = {
  ...{ url: '', way: 'none' as Way, user: '', password: '', clientId: '', clientSecret: '', token: '' },
  ...{ kind: 'glpi' as Upstream['kind'], tokenUrl: '', ca: '', certificate: '', key: '', proxy: '' },
};
type Values = typeof blank;

function valuesOf(of: Upstream | undefined): Values {
  if (of === undefined) return blank;
  const { kind, url, credential, proxy } = of;
  return {
    ...blank,
    ...{
      kind,
      url,
      tokenUrl: credential.tokenUrl ?? '',
      proxy: proxy ?? '',
      user: credential.user ?? '',
      clientId: credential.clientId ?? '',
    },
    way: ways.find((one) => one === credential.kind) ?? 'none',
  };
}

const fieldsOf: Readonly<Record<Way, readonly (keyof Values)[]>> = {
  none: [],
  basic: ['user', 'password'],
  oauth: ['clientId', 'clientSecret', 'tokenUrl'],
  bearer: ['token'],
};

/** What is empty is left out. */
function bodyOf(values: Values): UpstreamSet {
  const names = ['kind', 'url', 'ca', 'certificate', 'key', 'proxy', ...fieldsOf[values.way]] as const;
  const given = names.filter((name) => values[name] !== '').map((name) => [name, values[name]]);
  return Object.fromEntries(given) as UpstreamSet;
}

function UpstreamForm({ of, onDone }: { readonly of: Upstream | undefined; readonly onDone: () => void }) {
  const { t } = useTexts();
  const form = useForm<Values>({ initialValues: valuesOf(of) });
  const set = useAction({
    run: (body: UpstreamSet) => give(api.POST('/upstream', { body })),
    done: () => t('forwarding.isSet'),
    refresh: [...forwardingKeys, ['audit']],
    onDone,
    isShown: (error) => {
      const errors = Object.fromEntries(
        Object.entries(fieldErrorsOf(error)).map(([name, text]) => [name.replace(/^tls\./, ''), text]),
      );
      form.setErrors(errors);
      return Object.keys(errors).some((name) => name in form.values);
    },
  });
  const { way } = form.values;
  return (
    <form
      onSubmit={form.onSubmit((values) => {
        set.mutate(bodyOf(values));
      })}
    >
      <Stack>
        <Alert color="blue">{t('forwarding.setText')}</Alert>
        <SegmentedControl
          aria-label={t('forwarding.kind')}
          data={kinds.map((value) => ({ value, label: t(`forwarding.kinds.${value}`) }))}
          {...form.getInputProps('kind')}
        />
        <TextInput
          required
          data-autofocus
          label={t('forwarding.url')}
          description={t('forwarding.urlHint')}
          placeholder="https://glpi.example.org/"
          maxLength={2048}
          {...form.getInputProps('url')}
        />
        <SegmentedControl
          aria-label={t('forwarding.credential')}
          data={ways.map((value) => ({ value, label: t(`forwarding.credentials.${value}`) }))}
          {...form.getInputProps('way')}
        />
        {way === 'basic' ? <TextInput label={t('forwarding.user')} {...form.getInputProps('user')} /> : null}
        {way === 'basic' ? (
          <SecretInput label={t('forwarding.password')} {...form.getInputProps('password')} />
        ) : null}
        {way === 'oauth' ? (
          <>
            <TextInput
              label={t('forwarding.clientId')}
              description={t('forwarding.oauthHint')}
              {...form.getInputProps('clientId')}
            />
            <SecretInput label={t('forwarding.clientSecret')} {...form.getInputProps('clientSecret')} />
            <TextInput
              label={t('forwarding.tokenUrl')}
              description={t('forwarding.tokenUrlHint')}
              {...form.getInputProps('tokenUrl')}
            />
          </>
        ) : null}
        {way === 'bearer' ? (
          <SecretInput label={t('forwarding.token')} {...form.getInputProps('token')} />
        ) : null}
        <details>
          <summary>{t('forwarding.more')}</summary>
          <Stack mt="sm">
            <TextInput label={t('forwarding.proxy')} {...form.getInputProps('proxy')} />
            {(['ca', 'certificate', 'key'] as const).map((name) => (
              <Textarea
                key={name}
                label={t(`forwarding.pem.${name}`)}
                rows={2}
                spellCheck={false}
                {...form.getInputProps(name)}
              />
            ))}
          </Stack>
        </details>
        <Group justify="flex-end">
          <Button type="submit" loading={set.isPending}>
            {t('forwarding.set')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
