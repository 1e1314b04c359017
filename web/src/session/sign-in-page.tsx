import { Alert, Button, Card, Center, Divider, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { type SubmitEvent, useEffect, useState } from 'react';
import { isProblem } from '../api/problem';
import { LogoMark } from '../layout/logo';
import { problemText } from '../parts/problem-alert';
import { SecretInput } from '../parts/secret-input';
import { useTexts } from '../texts/texts';
import { type Session, sessionQuery, signIn, waysQuery } from './session';
import { signedInHere } from './signed-in-here';

const route = getRouteApi('/sign-in');

/** Escape, pressed here, closes no dialogue of a page below. */
const own = { 'data-mantine-stop-propagation': 'true' } as const;

export function SignInPage() {
  const { t } = useTexts();
  const { ended, problem, to } = route.useSearch();
  useEffect(() => {
    document.title = `${t('session.title')} · Gatehouse`;
  }, [t]);
  return (
    <Center mih="100dvh" p="md" component="main">
      <Card withBorder padding="xl" w="100%" maw={430} shadow="sm">
        <Stack>
          <LogoMark size={44} />
          <Title order={1}>{t('session.title')}</Title>
          {ended === undefined ? null : <Alert color="blue">{t('session.ended')}</Alert>}
          <Text c="dimmed" size="sm">
            {t('session.intro')}
          </Text>
          {problem === undefined ? null : (
            <Alert color="red">
              {t(problem === 'unavailable' ? 'session.providerAway' : 'session.providerRefused')}
            </Alert>
          )}
          <TokenForm onSignedIn={useGoOn()} />
          <ProviderButton to={to} />
          <Text c="dimmed" size="xs">
            {t('session.lost')}
          </Text>
        </Stack>
      </Card>
    </Center>
  );
}

interface ProviderButtonProps {
  /** Where the browser comes back to. */
  readonly to: string | undefined;
  /** In a tab of its own, so that this one stays as it is. */
  readonly isBeside?: boolean;
}

/** Leaves for the OpenID provider, where one is set up. */
export function ProviderButton({ to, isBeside = false }: ProviderButtonProps) {
  const { t } = useTexts();
  const { data } = useQuery(waysQuery);
  const oidc = data?.oidc ?? null;
  if (oidc === null) return null;
  const href = to === undefined ? oidc.href : `${oidc.href}?to=${encodeURIComponent(to)}`;
  return (
    <>
      <Divider label={t('session.orWith')} />
      <Button
        component="a"
        href={href}
        onClick={signedInHere.note}
        variant="default"
        fullWidth
        {...own}
        {...(isBeside ? { target: '_blank', rel: 'noreferrer' } : {})}
      >
        {t('session.withProvider', { provider: oidc.label })}
      </Button>
    </>
  );
}

interface TokenFormProps {
  readonly onSignedIn: (session: Session) => Promise<void>;
}

export function TokenForm({ onSignedIn }: TokenFormProps) {
  const { t } = useTexts();
  const [token, setToken] = useState('');
  const enter = useMutation({ mutationFn: signIn, onSuccess: onSignedIn });
  const error = enter.error;
  const isKey = token.trim().startsWith('grk_');
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!isKey) enter.mutate(token.trim());
  };
  const refused = (): string | undefined => {
    if (error === null) return undefined;
    if (isProblem(error, 'token_refused')) return t('session.refused');
    if (isProblem(error, 'too_many_attempts')) return t('session.tooMany');
    return problemText(error, t);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <SecretInput
          label={t('session.token')}
          description={t('session.tokenHint')}
          placeholder="gra_…"
          value={token}
          onChange={(event) => {
            setToken(event.currentTarget.value);
          }}
          error={isKey ? t('session.looksLikeKey') : refused()}
          autoComplete="current-password"
          autoFocus
          visibilityToggleButtonProps={own}
          {...own}
          required
          withAsterisk={false}
        />
        <Button type="submit" loading={enter.isPending} fullWidth {...own}>
          {t('session.signIn')}
        </Button>
      </Stack>
    </form>
  );
}

/** Goes on where the person was. */
function useGoOn() {
  const { to } = route.useSearch();
  const router = useRouter();
  const queryClient = useQueryClient();
  return async (session: Session): Promise<void> => {
    queryClient.clear();
    queryClient.setQueryData(sessionQuery.queryKey, session);
    // Only ever a place of the console: the router takes no other address.
    const place = to?.startsWith('/') === true && !to.startsWith('//') ? to : '/';
    router.history.replace(`/admin${place === '/' ? '' : place.replace(/^\/admin(?=\/|$)/, '')}`);
    await router.invalidate();
  };
}
