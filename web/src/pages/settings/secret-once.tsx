import { Alert, Code, Group, Stack } from '@mantine/core';
import { CopyWithWord } from '../../parts/copy';

/** What is shown in one answer only, with what it is good for. */
export function SecretOnce({ secret, about }: { readonly secret: string; readonly about: string }) {
  return (
    <Stack>
      <Alert color="orange">{about}</Alert>
      <Group wrap="nowrap">
        <Code block flex={1} style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
          {secret}
        </Code>
        <CopyWithWord value={secret} />
      </Group>
    </Stack>
  );
}
