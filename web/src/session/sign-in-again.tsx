import { Alert, Card, Center, Stack, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type SyntheticEvent, useEffect, useRef, useState } from 'react';
import { LogoMark } from '../layout/logo';
import { useTexts } from '../texts/texts';
import { lastSession, type Session, sessionQuery } from './session';
import { sessionEnded } from './session-ended';
import classes from './sign-in-again.module.css';
import { ProviderButton, TokenForm } from './sign-in-page';

/** When the session ends: covers the page, and leaves what was being filled in there as it is. */
export function SignInAgain() {
  const [isEnded, setEnded] = useState(false);
  useEffect(
    () =>
      sessionEnded.listen(() => {
        setEnded(true);
      }),
    [],
  );
  if (!isEnded) return null;
  return (
    <Cover
      onDone={() => {
        setEnded(false);
      }}
    />
  );
}

function Cover({ onDone }: { readonly onDone: () => void }) {
  const { t } = useTexts();
  const goOn = useGoOnHere(onDone);
  const cover = useRef<HTMLDialogElement>(null);
  const show = (): void => {
    if (cover.current?.open === false) cover.current.showModal();
  };
  useEffect(show, []);
  // In the top layer nothing behind it can be seen, reached or closed, dialogues of the page included.
  return (
    <dialog
      ref={cover}
      className={classes.cover}
      aria-label={t('session.title')}
      onCancel={stay}
      onClose={show}
      data-mantine-stop-propagation
    >
      <Center mih="100dvh" p="md">
        <Card withBorder padding="xl" w="100%" maw={430} shadow="sm">
          <Stack>
            <LogoMark size={44} />
            <Title order={1}>{t('session.title')}</Title>
            <Alert color="blue">{t('session.endedHere')}</Alert>
            <TokenForm onSignedIn={goOn} />
            <ProviderButton to={undefined} isBeside />
          </Stack>
        </Card>
      </Center>
    </dialog>
  );
}

const stay = (event: SyntheticEvent): void => {
  event.preventDefault();
};

/** The page is for who it was shown to: somebody else begins it anew. */
function useGoOnHere(onDone: () => void) {
  const client = useQueryClient();
  const [before] = useState(lastSession);
  const goOn = async (now: Session): Promise<void> => {
    if (!isSame(before, now)) {
      window.location.reload();
      return;
    }
    client.setQueryData(sessionQuery.queryKey, now);
    onDone();
    await client.invalidateQueries();
  };
  const newest = useRef(goOn);
  useEffect(() => {
    newest.current = goOn;
  });
  // Whoever signed in in another tab comes back to this one.
  useEffect(() => {
    const look = async (): Promise<void> => {
      const now = await client.query({ ...sessionQuery, staleTime: 0, retry: false });
      if (now !== null) await newest.current(now);
    };
    const lookAgain = (): void => {
      // A gateway that is away is told of when the form is sent.
      look().catch(() => undefined);
    };
    window.addEventListener('focus', lookAgain);
    return () => {
      window.removeEventListener('focus', lookAgain);
    };
  }, [client]);
  return goOn;
}

function isSame(one: Session | null, other: Session): boolean {
  return one?.name === other.name && one.role === other.role && one.entityId === other.entityId;
}
