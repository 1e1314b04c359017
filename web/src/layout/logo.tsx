import { Group, Text } from '@mantine/core';

export function LogoMark({ size = 28 }: { readonly size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden focusable="false">
      <rect width="32" height="32" rx="7" fill="#1f5f8b" />
      <path d="M7 25V13a9 9 0 0 1 18 0v12h-4V13a5 5 0 0 0-10 0v12z" fill="#fff" />
      <path d="M14.5 14h3v11h-3z" fill="#9fd0ee" />
    </svg>
  );
}

export function Logo() {
  return (
    <Group gap={10} wrap="nowrap">
      <LogoMark />
      <Text fw={680} fz="lg" lts="-0.01em">
        Gatehouse
      </Text>
    </Group>
  );
}
