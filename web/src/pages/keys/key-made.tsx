import { Alert, Card, Code, Group, Stack, Title } from '@mantine/core';
import { EyeIcon } from '@heroicons/react/24/outline';
import { CopyWithWord } from '../../parts/copy';
import { ButtonLink } from '../../parts/links';
import { useTexts } from '../../texts/texts';
import { Deployment } from './deployment';
import { FirstInventory } from './first-inventory';

/** The one time that a key is seen: to be copied, given to agents, and tried. */
export function KeyMade({ kid, secret }: { readonly kid: string; readonly secret: string }) {
  const { t } = useTexts();
  return (
    <Stack>
      <Alert color="orange" icon={<EyeIcon />}>
        {t('keys.made.once')}
      </Alert>
      <Card withBorder>
        <Title order={2} mb="xs">
          {t('keys.made.key')}
        </Title>
        <Group wrap="nowrap" align="center">
          <Code block flex={1} style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }} data-testid="key">
            {secret}
          </Code>
          <CopyWithWord value={secret} />
        </Group>
      </Card>
      <FirstInventory kid={kid} />
      <Deployment kid={kid} secret={secret} />
      <Group>
        <ButtonLink to="/keys/$kid" params={{ kid }} variant="default">
          {t('keys.made.toKeys')}
        </ButtonLink>
      </Group>
    </Stack>
  );
}
