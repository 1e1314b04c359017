import type { AdminApi, Json } from './admin-api';

export interface SignedIn {
  /** `name=value` of the cookie. */
  readonly cookie: string;
  readonly csrf: string;
  /** What a page sends with a request that changes something. */
  readonly headers: Readonly<Record<string, string>>;
}

export async function signIn(api: AdminApi, token = api.token): Promise<SignedIn> {
  const answer = await api.call('post', '/session', { body: { token }, token: null });
  if (answer.status !== 201) throw new Error(`cannot sign in: ${answer.status} ${answer.text}`);
  const [set = ''] = answer.headers['set-cookie'] as unknown as string[];
  const cookie = set.split(';')[0] ?? '';
  const csrf = String((answer.body as Json).csrf);
  return { cookie, csrf, headers: { Cookie: cookie, 'X-CSRF-Token': csrf } };
}
