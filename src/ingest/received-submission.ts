import type { AgentHeaders } from '../domain/agent';
import type { CanonicalUrl } from '../domain/canonical-url';
import type { ShownCertificate } from '../domain/client-certificate';
import type { Relayed } from '../domain/provenance';
import type { Carrier, KeyScope } from '../domain/registration-key';

/** A request of an agent as it came in: headers read, body not yet. */
export interface ReceivedSubmission {
  readonly receivedAt: Date;
  readonly headers: AgentHeaders;
  readonly origin: RequestOrigin;
  /** Of the TLS connection, or as a trusted proxy passed it on. */
  readonly clientCertificate: ShownCertificate;
  /** Every text that may be a credential, in the order in which they count. */
  readonly credentials: readonly PresentedCredential[];
  /** Of a request for jobs: whose key it stands for. It is no credential of anything else. */
  readonly ticket?: ShownTicket;
  /** Handed on by a relay, as that says; undefined: an agent's own. */
  readonly relayed?: Relayed | undefined;
  /** What the key must be for, one of these; default: inventories. Only others may be asked for with a registration's token. */
  readonly wants?: readonly KeyScope[];
  /** Reads the whole body of a sender whose key is good. A body is read once, by one of these three. */
  readBody(): Promise<BodyResult>;
  /** Reads a short body that holds the credential itself: within the given bound, and not for long. */
  readUnprovedBody(maxBytes: number): Promise<BodyResult>;
  /**
   * Reads the body without keeping it and returns its first bytes: an agent reads the answer only after it has sent
   * everything, and a closed connection would hide the reason from its log.
   */
  drainBody(): Promise<Buffer>;
  /** Resolves when somebody who has shown no good key is to be answered: later, while there are many of them. */
  refusalDue(): Promise<void>;
}

export type ShownTicket =
  | { readonly state: 'valid'; readonly kid: string; readonly generation: number | undefined }
  | { readonly state: 'invalid' | 'expired' };

/** Of a relay that is registered here: what it says is believed. */
export type RelayedSubmission = ReceivedSubmission & { readonly relayed: Relayed };

export type BodyResult =
  | { readonly state: 'complete'; readonly bytes: Buffer }
  | { readonly state: 'too_large' | 'incomplete' | 'no_room'; readonly firstBytes: Buffer };

/** Where the request came from and under which URL it was addressed, after the rules for proxies. */
export type RequestOrigin =
  | {
      readonly ok: true;
      readonly url: CanonicalUrl;
      readonly clientAddress: string;
      /** Header that decided the host: shown when a key does not fit the URL. */
      readonly decidedBy: string;
      readonly peerAddress: string;
    }
  | {
      readonly ok: false;
      readonly why: string;
      readonly clientAddress: string;
      readonly peerAddress: string;
    };

export interface PresentedCredential {
  readonly carrier: Carrier;
  /** Secret. Never logged. */
  readonly text: string;
}
