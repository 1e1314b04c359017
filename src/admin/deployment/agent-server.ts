import type { Carrier } from '../../domain/registration-key';

export interface KeyInUse {
  /** URL the key is good for, in canonical spelling. */
  readonly url: string;
  /** The whole key, or a placeholder; only characters that need no quoting. */
  readonly key: string;
  readonly kid: string;
  readonly carriers: readonly Carrier[];
}

/** What an agent is configured with, so that it sends the key. */
export type AgentServer =
  | { readonly by: 'url'; readonly server: string }
  | {
      readonly by: 'oauth';
      readonly server: string;
      readonly clientId: string;
      readonly clientSecret: string;
    }
  /** The key is shown by the client certificate alone. */
  | { readonly by: 'certificate'; readonly server: string };

/**
 * The best carrier that both the key and the agent know. The userinfo of the URL comes first: agents of all families
 * send it unasked with every message, while their user and password options upload each inventory up to three times.
 * Undefined when the agent has no option for any carrier of the key.
 */
export function agentServer(
  use: KeyInUse,
  can: { readonly oauthAndCertificate: boolean },
): AgentServer | undefined {
  const { key, kid, carriers } = use;
  const base = use.url.replace(/\/$/, '');
  if (carriers.includes('basic')) return { by: 'url', server: `${base.replace('://', `://${key}:x@`)}/` };
  if (can.oauthAndCertificate && carriers.includes('oauth')) {
    return { by: 'oauth', server: `${base}/`, clientId: kid, clientSecret: key };
  }
  if (carriers.includes('path')) return { by: 'url', server: `${base}/k/${key}/` };
  if (can.oauthAndCertificate && carriers.includes('certificate')) {
    return { by: 'certificate', server: `${base}/` };
  }
  return undefined;
}
