import type { Request } from 'express';
import type { AdminDeps, Caller } from '../../admin/admin-deps';
import { verifyToken } from '../../admin/tokens';
import { Problem } from '../../domain/problem';
import { recogniseSecret } from '../../domain/recognise-secret';
import type { TokenAttempts } from './token-attempts';

const bearer = /^Bearer +([\x21-\x7e]+) *$/i;

/** Who asks, by `Authorization: Bearer`. Throws Problem `token_missing`, `token_refused`, `too_many_attempts`. */
export async function admitAdmin(
  deps: AdminDeps & { readonly onTokenRefused?: (() => void) | undefined },
  attempts: TokenAttempts,
  address: string,
  request: Request,
): Promise<Caller> {
  if (attempts.isBlocked(address)) {
    throw new Problem('too_many_attempts', 'Too many refused tokens from this address. Wait a minute.');
  }
  const header = request.headers.authorization;
  const token = header === undefined ? undefined : bearer.exec(header)?.[1];
  if (token === undefined) {
    throw new Problem('token_missing', 'Send an admin token: `Authorization: Bearer gra_…`.');
  }
  const caller = await verifyToken(deps, token);
  if (caller !== undefined) return caller;
  deps.onTokenRefused?.();
  // No row and no line for each: guessing must not fill anything.
  if (attempts.countRefused(address)) {
    deps.log.warn({ address }, 'too many refused admin tokens from this address: blocked for a minute');
  }
  throw new Problem('token_refused', whyRefused(token));
}

/** By the form of what was sent only: whether anybody knows it is not told. */
function whyRefused(token: string): string {
  const needed = 'An admin token begins with gra_.';
  if (token.startsWith('grk_')) return `This is a registration key. ${needed}`;
  if (recogniseSecret(token).looksLike === 'access-token')
    return `This is an access token of an agent. ${needed}`;
  return 'The admin token is unknown, revoked or expired.';
}
