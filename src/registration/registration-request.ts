import { canonicalUrl, urlText } from '../domain/canonical-url';
import { handshakeOf } from '../domain/handshake';
import { isJsonObject } from '../domain/inventory';
import { installationKinds, type InstallationKind } from '../domain/registered-instance';

/** What an installation says of itself, checked in form. */
export interface RegistrationRequest {
  readonly installationId: string;
  readonly kind: InstallationKind;
  readonly name: string | null;
  readonly version: string;
  /** Canonical spelling. */
  readonly serverUrl: string;
  readonly ownUrl: string | null;
  readonly handshake: Buffer;
}

export type ReadRequest =
  | { readonly ok: true; readonly request: RegistrationRequest }
  | { readonly ok: false; readonly code: 'request_invalid' | 'handshake_invalid'; readonly message: string };

/** A registration is about 500 bytes. */
export const maxRegistrationBytes = 8192;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function readRegistrationRequest(bytes: Buffer): ReadRequest {
  const fields = parseObject(bytes.toString());
  if (fields === undefined) return invalid('The body is no JSON object.');
  const { installationId, kind, name = null, version, serverUrl, ownUrl = null, handshake } = fields;
  if (typeof installationId !== 'string' || !uuid.test(installationId)) {
    return invalid('installationId is no UUID.');
  }
  const known = installationKinds.find((one) => one === kind);
  if (known === undefined) return invalid(`kind is none of ${installationKinds.join(', ')}.`);
  if (!isLine(version, 64)) return invalid('version is no text of up to 64 characters.');
  if (name !== null && !isLine(name, 255)) return invalid('name is no text of up to 255 characters.');
  const server = urlOf(serverUrl);
  if (server === undefined) return invalid('serverUrl is no http or https URL.');
  const own = ownUrl === null ? null : urlOf(ownUrl);
  if (own === undefined) return invalid('ownUrl is no http or https URL.');
  if (typeof handshake !== 'string' || !/^[0-9a-f]{64}$/.test(handshake)) {
    return invalid('handshake is no SHA-256 in hex.');
  }
  const expected = handshakeOf({ installationId, serverUrl: server, version });
  if (!expected.equals(Buffer.from(handshake, 'hex'))) {
    return {
      ok: false,
      code: 'handshake_invalid',
      message: 'The handshake does not fit what was said: something on the way changed it.',
    };
  }
  const request = {
    ...{ installationId: installationId.toLowerCase(), kind: known, name, version },
    ...{ serverUrl: server, ownUrl: own, handshake: expected },
  };
  return { ok: true, request };
}

function invalid(message: string): ReadRequest {
  return { ok: false, code: 'request_invalid', message };
}

function urlOf(value: unknown): string | undefined {
  const url = typeof value === 'string' ? canonicalUrl(value) : undefined;
  return url && urlText(url);
}

/** One line of visible text. */
function isLine(value: unknown, maxLength: number): value is string {
  return (
    typeof value === 'string' &&
    value !== '' &&
    value.length <= maxLength &&
    !/[\p{C}\p{Zl}\p{Zp}]/u.test(value)
  );
}

function parseObject(text: string): Partial<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
