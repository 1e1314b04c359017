import { Stack } from '@mantine/core';
import { AgentText } from './agent-text';
import { Facts } from './facts';

/** Longest list that is shown. */
const maxShown = 50;
const maxDepth = 6;

/** Facts of any shape, e.g. the evidence of a decision: names and texts, whatever an agent put into them. */
export function JsonView({ value, depth = 0 }: { readonly value: unknown; readonly depth?: number }) {
  if (value === null || value === undefined) return <span>–</span>;
  if (typeof value !== 'object' || depth >= maxDepth) {
    return <AgentText mono value={typeof value === 'string' ? value : JSON.stringify(value)} />;
  }
  if (Array.isArray(value)) {
    const list: unknown[] = value;
    if (list.length === 0) return <span>–</span>;
    const isFlat = list.every((one) => typeof one !== 'object');
    if (isFlat) return <AgentText mono value={list.slice(0, maxShown).join(', ')} />;
    return (
      <Stack gap={6}>
        {list.slice(0, maxShown).map((one, index) => (
          <JsonView key={index} value={one} depth={depth + 1} />
        ))}
      </Stack>
    );
  }
  const facts = Object.entries(value as Readonly<Record<string, unknown>>).slice(0, maxShown);
  return (
    <Facts
      labelWidth={depth === 0 ? 150 : 110}
      facts={facts.map(([label, one]) => ({ label, value: <JsonView value={one} depth={depth + 1} /> }))}
    />
  );
}
