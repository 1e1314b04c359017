import { timingSafeEqual } from 'node:crypto';
import { parseSecret } from '../domain/key-format';
import { passed, refused, type StageResult } from '../domain/verdict';
import type { Claim } from './authenticate';
import type { IngestPorts } from './ports';
import type { PresentedCredential } from './received-submission';

/** The key that an installation's token stands for. Undefined when no such token was shown. */
export async function claimByRegistration(
  ports: Pick<IngestPorts, 'findRegistration' | 'hashesOf'>,
  credentials: readonly PresentedCredential[],
  now: Date,
): Promise<StageResult<Claim> | undefined> {
  for (const { carrier, text } of credentials) {
    const parsed = parseSecret('gri', text);
    if (parsed.form !== 'ok') continue;
    const hashes = ports.hashesOf(text);
    const registered = await ports.findRegistration(parsed.id);
    const shown = hashes.find(({ pepperId }) => pepperId === registered?.token.pepperId);
    if (
      registered === undefined ||
      shown === undefined ||
      !timingSafeEqual(shown.mac, registered.token.mac)
    ) {
      return refused('token_invalid', { token: 'unknown' });
    }
    const { kid, token, revokedAt, registrationId } = registered;
    if (revokedAt !== null) return refused('registration_revoked', { kid, registrationId });
    if (token.expiresAt <= now) return refused('token_invalid', { token: 'expired', registrationId });
    return passed({ kind: 'registration', kid, carrier, generation: token.generation, registered });
  }
  return undefined;
}
