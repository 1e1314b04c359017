import { Group, Text, Tooltip } from '@mantine/core';
import { useTexts } from '../texts/texts';
import classes from './live-mark.module.css';
import { useLiveState } from './use-live';

/** Whether what is shown follows what happens. */
export function LiveMark() {
  const { t } = useTexts();
  const state = useLiveState();
  if (state === 'asleep') return null;
  return (
    <Tooltip label={t(`common.live.${state}Hint`)} multiline maw={280}>
      <Group gap={6} wrap="nowrap" role="status" tabIndex={0} data-live={state} className={classes.mark}>
        <span className={classes.dot} aria-hidden />
        <Text size="xs" component="span" c="dimmed">
          {t(`common.live.${state}`)}
        </Text>
      </Group>
    </Tooltip>
  );
}
