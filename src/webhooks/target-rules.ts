import { isIP } from 'node:net';
import { networkCheck, readAddress } from '../domain/network';

/**
 * Where a webhook may lead. An admin of one instance could otherwise have Gatehouse ask what only this machine can
 * reach: its own ports, the metadata service of a cloud, a router.
 */
export interface TargetRules {
  /** Undefined: it may be asked. Else why not, for an admin. `address`: one that is to be connected to. */
  objectionTo(address: string, isTls: boolean): string | undefined;
}

export const plainHttpObjection = 'plain http is for WEBHOOK_ALLOWED_NETWORKS only: use https';

/** `allowedNetworks`: CIDRs that are allowed though they are not public; plain http goes there only. */
export function createTargetRules(allowedNetworks: readonly string[]): TargetRules {
  const isAllowed = networkCheck(allowedNetworks);
  return {
    objectionTo: (address, isTls) => {
      if (isAllowed(address)) return undefined;
      const range = readAddress(address)?.range();
      if (range !== 'unicast') {
        return `${address} is no public address (${range ?? 'not read'}); WEBHOOK_ALLOWED_NETWORKS can allow it`;
      }
      return isTls ? undefined : plainHttpObjection;
    },
  };
}

/** Of a name that somebody else connects to: any of its addresses may be taken, so that one is enough. */
export function objectionToAny(
  rules: TargetRules,
  addresses: readonly string[],
  isTls: boolean,
): string | undefined {
  return addresses
    .map((address) => rules.objectionTo(address, isTls))
    .find((objection) => objection !== undefined);
}

export const maxTargetUrlLength = 2048;

/** What is wrong with a URL as an admin writes it, as far as it can be told without asking for its name. */
export function targetFault(text: string, rules: TargetRules): string | undefined {
  if (text.length > maxTargetUrlLength || !URL.canParse(text)) return 'must be an http or https URL';
  const url = new URL(text);
  if (!/^https?:$/.test(url.protocol)) return 'must be an http or https URL';
  if (url.username !== '' || url.password !== '') return 'must hold no user and no password';
  const host = hostOf(url);
  const isLocalName = /^(.*\.)?localhost\.?$/.test(host);
  const address = isLocalName ? '127.0.0.1' : host;
  return isIP(address) === 0 ? undefined : rules.objectionTo(address, url.protocol === 'https:');
}

/** Without the brackets of IPv6. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}
