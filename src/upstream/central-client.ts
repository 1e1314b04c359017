import type { Upstream } from '../domain/upstream';
import type { Judgement } from '../forward/judge-answer';
import { judgeCentral } from '../forward/judge-central';
import { judgementOfNone, readAnswer, type UpstreamMessage } from './upstream-client';
import { openUpstreamHttp, type HttpLimits } from './upstream-http';

/** Hands messages on to the Gatehouse that this one is registered with. */
export interface CentralClient {
  post(message: UpstreamMessage): Promise<Judgement>;
  /** Shows the credential, and nothing else. */
  ping(): Promise<Judgement>;
  /** There is one to show, and it is not the one that was refused last. */
  hasNewCredential(): boolean;
  close(): Promise<void>;
}

/** What is shown, asked for with each message. */
export type CentralCredential = () =>
  | { readonly kind: 'token'; readonly token: string }
  /** `isRelay`: registered as one, and may not hand on now. */
  | { readonly kind: 'none'; readonly why: string; readonly isRelay: boolean };

export const notRegistered: CentralCredential = () => ({
  ...{ kind: 'none', why: 'not registered as a relay', isRelay: false },
});

export function openCentralClient(
  upstream: Pick<Upstream, 'url' | 'tls' | 'proxy'>,
  credential: CentralCredential,
  limits: HttpLimits,
  now: () => Date,
): CentralClient {
  const http = openUpstreamHttp(upstream, limits);
  const root = upstream.url.replace(/\/$/, '');
  let refused: string | undefined;
  const send = async (place: 'relay' | 'echo', { body, headers }: UpstreamMessage): Promise<Judgement> => {
    const shown = credential();
    // Nobody is asked: a server that has revoked it need not say so again with each message.
    if (shown.kind === 'none') return { kind: 'down', why: 'credential_refused', detail: shown.why };
    const answer = await http.send({
      ...{ method: 'POST', url: `${root}/gatehouse/v1/${place}`, body },
      headers: { ...headers, authorization: `Bearer ${shown.token}` },
    });
    const judged =
      'kind' in answer ? judgementOfNone(answer) : judgeCentral(readAnswer(answer), now(), place === 'echo');
    refused = 'why' in judged && judged.why === 'credential_refused' ? shown.token : undefined;
    return judged;
  };
  return {
    post: (message) => send('relay', message),
    ping: () => {
      const headers = { 'content-type': 'application/json', 'user-agent': 'Gatehouse' };
      return send('echo', { body: Buffer.from('{}'), headers });
    },
    hasNewCredential: () => {
      const shown = credential();
      // Refused by its own standing since: when it is good again, the server has let it in.
      if (shown.kind === 'none') refused = undefined;
      return shown.kind === 'token' && shown.token !== refused;
    },
    close: () => http.close(),
  };
}
