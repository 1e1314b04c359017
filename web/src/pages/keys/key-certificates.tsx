import { Select, Textarea } from '@mantine/core';
import { useTexts } from '../../texts/texts';
import type { KeyForm } from './key-form';

const policies = ['ignore', 'optional', 'required'] as const;
/** A bundle of several authorities is about 10 KB; the API takes as much. */
const maxPemLength = 65_536;

/** Whether a TLS client certificate counts, and by whose word. */
export function KeyCertificates({ form }: { readonly form: KeyForm }) {
  const { t } = useTexts();
  const { clientCertificate } = form.getValues();
  return (
    <>
      <Select
        allowDeselect={false}
        label={t('keys.form.clientCertificate')}
        description={t('keys.form.clientCertificateHint')}
        data={policies.map((value) => ({ value, label: t(`keys.form.certificatePolicies.${value}`) }))}
        {...form.getInputProps('clientCertificate')}
      />
      {clientCertificate === 'ignore' ? null : (
        <Textarea
          rows={3}
          maxLength={maxPemLength}
          spellCheck={false}
          label={t('keys.form.clientCa')}
          description={t('keys.form.clientCaHint')}
          {...form.getInputProps('clientCa')}
        />
      )}
    </>
  );
}
