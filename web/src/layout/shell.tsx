import { AppShell, Burger, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Outlet, useRouter, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { SignInAgain } from '../session/sign-in-again';
import { useTexts } from '../texts/texts';
import { AccountMenu } from './account-menu';
import { Logo } from './logo';
import { Navigation } from './navigation';
import { SearchBox } from './search-box';
import classes from './shell.module.css';

/** What stands around every page: the list of pages, the search, the account. */
export function Shell() {
  const { t } = useTexts();
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  useEffect(close, [path, close]);
  useFocusKept();
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 220, breakpoint: 'md', collapsed: { mobile: !isOpen } }}
      padding={{ base: 'md', lg: 'xl' }}
    >
      <a href="#content" className="skip-link">
        {t('common.skipToContent')}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" gap="md" wrap="nowrap">
          <Burger
            opened={isOpen}
            onClick={toggle}
            hiddenFrom="md"
            size="sm"
            aria-label={t('common.openNavigation')}
          />
          <div className={classes.brand}>
            <Logo />
          </div>
          <SearchBox />
          <AccountMenu />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" aria-label={t('common.navigation')}>
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} className={classes.main}>
        <Outlet />
        <SignInAgain />
      </AppShell.Main>
    </AppShell>
  );
}

/** A page that goes takes the focus with it: whoever goes on by keyboard begins at the next one, not at the top of it all. */
function useFocusKept(): void {
  const router = useRouter();
  useEffect(
    () =>
      router.subscribe('onRendered', ({ fromLocation, pathChanged }) => {
        if (fromLocation === undefined || !pathChanged || document.activeElement !== document.body) return;
        document.getElementById('content')?.focus({ preventScroll: true });
      }),
    [router],
  );
}
