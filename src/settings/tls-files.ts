import { readFileSync, statSync } from 'node:fs';
import { readTlsPair, type TlsSource } from '../domain/tls-pair';
import { SettingsError, type Settings } from './settings';

/** Largest file of a certificate or key, in bytes. A chain of five has about 10,000. */
const maxTlsFileBytes = 1024 * 1024;

type TlsSettings = Pick<Settings, 'tlsCertFile' | 'tlsKeyFile'>;

/** The files that TLS is served with; undefined when it is not. `read` throws SettingsError that names every fault. */
export function tlsSourceOf({ tlsCertFile, tlsKeyFile }: TlsSettings): TlsSource | undefined {
  if (tlsCertFile === undefined || tlsKeyFile === undefined) return undefined;
  return {
    read: () => {
      const faults: string[] = [];
      const certificate = textOf('TLS_CERT_FILE', tlsCertFile, faults);
      const key = textOf('TLS_KEY_FILE', tlsKeyFile, faults);
      const read = faults.length > 0 ? { ok: false as const, faults } : readTlsPair(certificate, key);
      if (!read.ok) throw new SettingsError(read.faults.join(' '));
      return read.pair;
    },
    state: () => `${stateOf(tlsCertFile)} ${stateOf(tlsKeyFile)}`,
  };
}

/** True when others than owner and group may read the key. Where there are no such rights, never. */
export function isTlsKeyExposed({ tlsKeyFile }: TlsSettings): boolean {
  if (tlsKeyFile === undefined || process.platform === 'win32') return false;
  const othersMayRead = 0o004;
  const mode = statSync(tlsKeyFile, { throwIfNoEntry: false })?.mode ?? 0;
  return (mode & othersMayRead) !== 0;
}

function textOf(name: string, file: string, faults: string[]): string {
  try {
    const { size } = statSync(file);
    if (size <= maxTlsFileBytes) return readFileSync(file, 'utf8');
    faults.push(`${name} is larger than ${maxTlsFileBytes} bytes: ${file}.`);
  } catch (error) {
    faults.push(`${name} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'}): ${file}.`);
  }
  return '';
}

/** Follows links, as certbot and Kubernetes renew by changing one. */
function stateOf(file: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(file);
    return `${ino}/${size}/${mtimeMs}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
}
