import { Button, Menu } from '@mantine/core';
import type { ReactNode } from 'react';
import { given } from '../api/lists';
import { useTexts } from '../texts/texts';

interface ExportLinksProps {
  /** As the API has it, e.g. `/assets`. */
  readonly list: string;
  /** Of the list that is shown. */
  readonly filters?: object;
  readonly size?: 'xs' | 'sm';
  /** Other files of it, as items of the menu. */
  readonly children?: ReactNode;
}

/** The whole list with the filters of the page, as a file: links that the browser follows, of any length. */
export function ExportLinks({ list, filters = {}, size = 'sm', children }: ExportLinksProps) {
  const { t } = useTexts();
  const query = new URLSearchParams(given(filters) as Record<string, string>).toString();
  const href = (format: string): string => `/api/v1${list}.${format}${query === '' ? '' : `?${query}`}`;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size={size} variant="default">
          {t('installation.export')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={href('csv')} download>
          {t('installation.asCsv')}
        </Menu.Item>
        <Menu.Item component="a" href={href('xlsx')} download>
          {t('installation.asXlsx')}
        </Menu.Item>
        {children}
      </Menu.Dropdown>
    </Menu>
  );
}
