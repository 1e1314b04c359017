import {
  Badge,
  Button,
  Group,
  Menu,
  Text,
  Tooltip,
  useMantineColorScheme,
  type MantineColorScheme,
} from '@mantine/core';
import {
  ArrowRightStartOnRectangleIcon,
  BookOpenIcon,
  ChevronDownIcon,
  ComputerDesktopIcon,
  LanguageIcon,
  MoonIcon,
  SunIcon,
  UserCircleIcon,
} from '@heroicons/react/24/outline';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { isolated } from '../parts/agent-text';
import { sessionQuery, signOut } from '../session/session';
import { type Language, languages, speak, useTexts } from '../texts/texts';

const icon = { width: 18, height: 18 } as const;

export function AccountMenu() {
  const { t } = useTexts();
  const { data: session } = useQuery(sessionQuery);
  if (session === null || session === undefined) return null;
  return (
    <Group gap="xs" wrap="nowrap" ml="auto">
      {session.entity === null ? null : (
        <Tooltip label={t('common.limitedHint')}>
          <Badge color="violet" visibleFrom="lg" maw={220} tabIndex={0}>
            {t('common.limitedTo', { entity: isolated(session.entity) })}
          </Badge>
        </Tooltip>
      )}
      <Menu position="bottom-end" width={240} withinPortal>
        <Menu.Target>
          <Button
            variant="subtle"
            color="gray"
            c="var(--mantine-color-text)"
            leftSection={<UserCircleIcon width={22} />}
            rightSection={<ChevronDownIcon width={14} />}
            aria-label={t('common.account', { name: isolated(session.name) })}
          >
            <Text size="sm" truncate maw={140} visibleFrom="sm">
              {session.name}
            </Text>
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{t('common.role', { role: t(`words.role.${session.role}`) })}</Menu.Label>
          <ColourItems />
          <LanguageItems />
          <Menu.Divider />
          <Menu.Item component="a" href="/api/docs" leftSection={<BookOpenIcon {...icon} />}>
            {t('common.apiReference')}
          </Menu.Item>
          <SignOutItem goOnTo={session.signOutHref} />
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}

function ColourItems() {
  const { t } = useTexts();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const item = (scheme: MantineColorScheme, label: string, leftSection: React.ReactNode) => (
    <Menu.Item
      leftSection={leftSection}
      fw={colorScheme === scheme ? 650 : undefined}
      onClick={() => {
        setColorScheme(scheme);
      }}
    >
      {label}
    </Menu.Item>
  );
  return (
    <>
      <Menu.Divider />
      <Menu.Label>{t('common.colours')}</Menu.Label>
      {item('light', t('common.light'), <SunIcon {...icon} />)}
      {item('dark', t('common.dark'), <MoonIcon {...icon} />)}
      {item('auto', t('common.asSystem'), <ComputerDesktopIcon {...icon} />)}
    </>
  );
}

function LanguageItems() {
  const { t, language } = useTexts();
  return (
    <>
      <Menu.Divider />
      <Menu.Label>{t('common.language')}</Menu.Label>
      {(Object.keys(languages) as Language[]).map((one) => (
        <Menu.Item
          key={one}
          lang={one}
          leftSection={<LanguageIcon {...icon} />}
          fw={one === language ? 650 : undefined}
          onClick={() => void speak(one)}
        >
          {languages[one]}
        </Menu.Item>
      ))}
    </>
  );
}

function SignOutItem({ goOnTo }: { readonly goOnTo: string | null }) {
  const { t } = useTexts();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess: async () => {
      // Signing out at the provider leads back to the page to sign in.
      if (goOnTo !== null) {
        location.assign(goOnTo);
        return;
      }
      await navigate({ to: '/sign-in' });
      queryClient.clear();
    },
  });
  return (
    <Menu.Item
      leftSection={<ArrowRightStartOnRectangleIcon {...icon} />}
      onClick={() => {
        leave.mutate();
      }}
    >
      {t('common.signOut')}
    </Menu.Item>
  );
}
