import { deflateSync } from 'node:zlib';
import { writeRelayed, type Relayed } from '../../src/domain/provenance';
import { register } from '../../src/registration/register';
import type { RegistrationRecord } from '../../src/registration/registration-record';
import { request, type TestGateway } from './gateway';

export const relayOrigin: Relayed = {
  origin: {
    kid: 'Ab3dEf6hIj9L',
    address: '10.20.30.40',
    receivedAt: '2026-11-28T08:00:00.000Z',
    submissionId: '0198c0de-0000-7000-8000-0000000000aa',
  },
  relays: [],
};

/** Registers with the gateway as a relay at a site would. */
export async function registerRelay(
  gateway: TestGateway,
  key: string,
  over: { readonly installationId?: string; readonly kind?: 'relay' | 'gatehouse' } = {},
): Promise<RegistrationRecord> {
  const server = gateway.url.replace('127.0.0.1', 'localhost');
  const path = { env: {}, timeoutMs: 5000 };
  const who = {
    installationId: over.installationId ?? '7c0ffee0-0000-4000-8000-00000000beef',
    kind: over.kind ?? 'relay',
    name: 'Paris site',
    version: '0.1.0',
    ownUrl: null,
  };
  const now = (): Date => gateway.clock.now ?? new Date();
  return (await register({ path, now, random: Math.random }, server, key, who)).record;
}

export interface Outcome {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Hands a message on, as a relay does. */
export async function handOn(
  gateway: TestGateway,
  credential: string,
  body: string,
  /** As text: sent as it is. */
  relayed: Relayed | string = relayOrigin,
  headers: Record<string, string> = {},
): Promise<Outcome> {
  const port = Number(new URL(gateway.url).port);
  const origin = typeof relayed === 'string' ? relayed : writeRelayed(relayed);
  const answer = await request(
    port,
    'POST',
    '/gatehouse/v1/relay',
    {
      host: `localhost:${port}`,
      authorization: `Bearer ${credential}`,
      'content-type': 'application/x-compress-zlib',
      'gatehouse-origin': origin,
      ...headers,
    },
    deflateSync(body),
  );
  return { status: answer.status, body: JSON.parse(answer.text) as Record<string, unknown> };
}
