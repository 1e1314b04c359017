import { Badge, Stack } from '@mantine/core';
import {
  BellAlertIcon,
  BuildingOffice2Icon,
  ClipboardDocumentListIcon,
  Cog6ToothIcon,
  ComputerDesktopIcon,
  CpuChipIcon,
  HandRaisedIcon,
  InboxArrowDownIcon,
  KeyIcon,
  NoSymbolIcon,
  PaperAirplaneIcon,
  ServerStackIcon,
  ShieldExclamationIcon,
  Squares2X2Icon,
} from '@heroicons/react/24/outline';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { overviewQuery } from '../api/queries';
import { PageLink } from '../parts/links';
import { useRights } from '../session/session';
import { useTexts } from '../texts/texts';

const icon = { width: 20, height: 20 } as const;

export function Navigation() {
  const { t, language } = useTexts();
  const { limit } = useRights();
  const { data: overview } = useQuery(overviewQuery(7));
  const waiting = overview?.quarantine.open ?? 0;
  const dead = overview?.forwarding.backlog.dead ?? 0;
  const name = (of: 'assets'): string => t(`common.pages.${of}`);
  // The name of the page beside it is longer than the number may be.
  const short = new Intl.NumberFormat(language, { notation: 'compact' });
  const page = (
    of: string,
    leftSection: ReactNode,
    count = 0,
    meaning: 'common.waiting' | 'forwarding.deadCount' = 'common.waiting',
  ) => ({
    label: name(of as 'assets'),
    leftSection,
    activeProps: { active: true, 'aria-current': 'page' as const },
    rightSection:
      count === 0 ? undefined : (
        <Badge size="sm" color="orange" aria-label={t(meaning, { count })}>
          {short.format(count)}
        </Badge>
      ),
  });
  return (
    <Stack gap={2} component="nav" aria-label={t('common.navigation')}>
      <PageLink to="/" activeOptions={{ exact: true }} {...page('overview', <Squares2X2Icon {...icon} />)} />
      <PageLink to="/assets" {...page('assets', <ComputerDesktopIcon {...icon} />)} />
      <PageLink to="/keys" {...page('keys', <KeyIcon {...icon} />)} />
      <PageLink to="/quarantine" {...page('quarantine', <ShieldExclamationIcon {...icon} />, waiting)} />
      <PageLink to="/junk" {...page('junk', <NoSymbolIcon {...icon} />)} />
      <PageLink to="/submissions" {...page('submissions', <InboxArrowDownIcon {...icon} />)} />
      <PageLink to="/agents" {...page('agents', <CpuChipIcon {...icon} />)} />
      <PageLink to="/entities" {...page('entities', <BuildingOffice2Icon {...icon} />)} />
      <PageLink
        to="/forwarding"
        {...page('forwarding', <PaperAirplaneIcon {...icon} />, dead, 'forwarding.deadCount')}
      />
      <PageLink to="/registrations" {...page('registrations', <ServerStackIcon {...icon} />)} />
      {limit === undefined ? <PageLink to="/bans" {...page('bans', <HandRaisedIcon {...icon} />)} /> : null}
      <PageLink to="/events" {...page('events', <BellAlertIcon {...icon} />)} />
      <PageLink to="/audit" {...page('audit', <ClipboardDocumentListIcon {...icon} />)} />
      <PageLink to="/settings" {...page('settings', <Cog6ToothIcon {...icon} />)} />
    </Stack>
  );
}
