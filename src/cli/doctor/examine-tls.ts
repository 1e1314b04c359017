import type { TlsSource } from '../../domain/tls-pair';
import { SettingsError, type Settings } from '../../settings/settings';
import { isTlsKeyExposed, tlsSourceOf } from '../../settings/tls-files';
import { ok, problem, warning, type Finding } from './finding';

const dayMs = 24 * 60 * 60_000;
/** A certificate that is renewed by itself is so a month before its end; with two weeks left something is stuck. */
const soonDays = 14;

/** Whether TLS can be served, and how long. Nothing when a proxy does it. */
export function examineTls(settings: Settings, now = new Date()): Finding[] {
  const source = tlsSourceOf(settings);
  if (source === undefined) return [];
  const findings = [examinePair(source, now)];
  if (isTlsKeyExposed(settings)) {
    const what = `everybody on this machine may read ${settings.tlsKeyFile ?? ''}`;
    findings.push(warning('TLS key', what, 'chmod o-r, and let the user of Gatehouse own it.'));
  }
  return findings;
}

function examinePair(source: TlsSource, now: Date): Finding {
  try {
    const { notBefore, notAfter, subject, names } = source.read();
    const what = `${names === '' ? subject : names}, good until ${notAfter.toISOString().slice(0, 10)}`;
    const daysLeft = Math.floor((notAfter.getTime() - now.getTime()) / dayMs);
    const renew = 'Renew the certificate; the gateway takes the new files without restart.';
    if (now > notAfter) return problem('TLS', `${what}: expired`, renew);
    if (now < notBefore)
      return problem('TLS', `not good before ${notBefore.toISOString()}`, 'Check the clock.');
    return daysLeft < soonDays ? warning('TLS', `${what}: ${daysLeft} days left`, renew) : ok('TLS', what);
  } catch (error) {
    if (error instanceof SettingsError) return problem('TLS', error.message, 'See docs/deployment.md, TLS.');
    throw error;
  }
}
