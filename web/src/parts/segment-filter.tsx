import { SegmentedControl } from '@mantine/core';
import classes from './filter-bar.module.css';

interface SegmentFilterProps<Value extends string> {
  readonly label: string;
  /** The first of them: no filter. */
  readonly any: string;
  readonly choices: readonly { readonly value: Value; readonly label: string }[];
  readonly value: string | undefined;
  readonly onChange: (value: Value | undefined) => void;
}

/** One of a few values, or any; all of them in sight. */
export function SegmentFilter<Value extends string>(props: SegmentFilterProps<Value>) {
  const { label, any, choices, value = '', onChange } = props;
  return (
    <SegmentedControl
      size="xs"
      className={classes.segments}
      aria-label={label}
      value={value}
      data={[{ value: '', label: any }, ...choices]}
      onChange={(chosen) => {
        onChange(choices.find((choice) => choice.value === chosen)?.value);
      }}
    />
  );
}
