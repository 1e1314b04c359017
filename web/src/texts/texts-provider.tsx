import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { TextsContext, textsOf } from './texts';

/** Listens to the language once for all: each of a table's hundreds of cells listening took a third of a row's time. */
export function TextsProvider({ children }: { readonly children: ReactNode }) {
  const { t, i18n } = useTranslation('console');
  const { language } = i18n;
  const texts = useMemo(() => textsOf(t, i18n, language), [t, i18n, language]);
  return <TextsContext value={texts}>{children}</TextsContext>;
}
