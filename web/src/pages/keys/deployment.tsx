import { Code, Group, List, ScrollArea, SegmentedControl, Stack, Tabs, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { deploymentQuery, type OperatingSystem, type Platform } from '../../api/queries';
import { CopyWithWord } from '../../parts/copy';
import { Loaded } from '../../parts/loaded';
import { Section } from '../../parts/section';
import { useTexts } from '../../texts/texts';

const platforms = [
  'glpi-agent',
  'windows-msi',
  'fusioninventory',
  'ocs',
  'ansible',
  'docker',
  'intune',
] as const;
const systems = ['linux', 'macos', 'windows'] as const;

interface DeploymentProps {
  readonly kid: string;
  /** Undefined when the key was made before: then a placeholder stands in its place. */
  readonly secret?: string;
}

/** Ready text for each platform. The gateway never sees the key again: it is put in here. */
export function Deployment({ kid, secret }: DeploymentProps) {
  const { t } = useTexts();
  const [platform, setPlatform] = useState<Platform>('glpi-agent');
  const [os, setOs] = useState<OperatingSystem>('linux');
  return (
    <Section title={t(secret === undefined ? 'keys.detail.deploy' : 'keys.made.deploy')}>
      <Tabs
        value={platform}
        onChange={(chosen) => {
          setPlatform((chosen ?? 'glpi-agent') as Platform);
        }}
      >
        <Tabs.List>
          {platforms.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(`keys.platforms.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={platform} pt="md">
          <Stack>
            {platform === 'glpi-agent' ? (
              <Group>
                <SegmentedControl
                  size="xs"
                  value={os}
                  data={systems.map((value) => ({ value, label: t(`keys.os.${value}`) }))}
                  onChange={setOs}
                />
              </Group>
            ) : null}
            <DeploymentFiles kid={kid} secret={secret} platform={platform} os={os} />
          </Stack>
        </Tabs.Panel>
      </Tabs>
    </Section>
  );
}

interface FilesProps extends DeploymentProps {
  readonly platform: Platform;
  readonly os: OperatingSystem;
}

function DeploymentFiles({ kid, secret, platform, os }: FilesProps) {
  const { t } = useTexts();
  const query = useQuery(deploymentQuery(kid, platform, os));
  return (
    <Loaded query={query}>
      {({ files, notes, placeholder }) => (
        <Stack>
          {files.length === 0 ? <Text size="sm">{t('keys.made.notHere')}</Text> : null}
          {files.map(({ name, text }) => {
            const filled = secret === undefined ? text : text.replaceAll(placeholder, secret);
            return (
              <Stack key={name} gap={4}>
                <Group justify="space-between">
                  <Text size="sm" fw={600} className="mono">
                    {name}
                  </Text>
                  <CopyWithWord value={filled} />
                </Group>
                <ScrollArea.Autosize mah={320} type="auto" viewportProps={{ tabIndex: 0 }}>
                  <Code block>{filled}</Code>
                </ScrollArea.Autosize>
              </Stack>
            );
          })}
          {secret === undefined && files.length > 0 ? (
            <Text size="sm" c="dimmed">
              {t('keys.made.withoutKey', { placeholder })}
            </Text>
          ) : null}
          {notes.length === 0 ? null : (
            <List size="sm" c="dimmed">
              {notes.map((note) => (
                <List.Item key={note}>{note}</List.Item>
              ))}
            </List>
          )}
        </Stack>
      )}
    </Loaded>
  );
}
