import { TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { MagnifyingGlassIcon } from '@heroicons/react/24/outline';
import { useNavigate } from '@tanstack/react-router';
import { type SubmitEvent, useRef } from 'react';
import { useTexts } from '../texts/texts';

/** One box that finds an asset by whatever people have at hand. */
export function SearchBox() {
  const { t } = useTexts();
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  useHotkeys([['/', () => input.current?.focus()]]);

  const find = (event: SubmitEvent): void => {
    event.preventDefault();
    const q = input.current?.value.trim() ?? '';
    if (q !== '') void navigate({ to: '/assets', search: { q } });
  };
  return (
    <form role="search" onSubmit={find} style={{ flex: 1, maxWidth: 560 }}>
      <TextInput
        ref={input}
        name="q"
        type="search"
        maxLength={255}
        placeholder={t('common.search')}
        aria-label={t('common.searchLabel')}
        leftSection={<MagnifyingGlassIcon width={18} />}
        autoComplete="off"
        spellCheck={false}
      />
    </form>
  );
}
