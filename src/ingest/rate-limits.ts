import { LRUCache } from 'lru-cache';
import type { RegistrationKey } from '../domain/registration-key';
import { sourceNetwork } from '../domain/source-network';

/** Requests a minute, of all processes of one gateway together. As many may come at once; then they come evenly. */
export interface RateLimitSettings {
  /** Of a key that names no limit of its own. */
  readonly maxPerMinutePerKey: number;
  /** With a good key or none. High: thousands of agents may stand behind one address. */
  readonly maxPerMinutePerAddress: number;
  /** Messages of a device itself; what it scanned counts for the key only. */
  readonly maxPerMinutePerDevice: number;
  /** With a credential that is not good. Low: nobody needs many. */
  readonly maxRefusedPerMinutePerAddress: number;
  /** With a wrong secret for one key id, which need not exist, from wherever; and rows for its right secret refused. */
  readonly maxRefusedPerMinutePerKey: number;
  /** Keys, addresses and devices remembered, of each so many; the longest silent one is forgotten first. */
  readonly rateLimitMaxRemembered: number;
  /** Processes among which the limits are divided: each counts for itself. */
  readonly workers: number;
}

export interface RateLimited {
  readonly limit: 'key' | 'address' | 'device' | 'refused_address' | 'refused_key';
  readonly perMinute: number;
}

/** Each answers undefined when the request is within its limits, and counts it then; else which limit it met. */
export interface RateLimits {
  /** A request whose key is good. */
  ofKey(
    key: Pick<RegistrationKey, 'kid' | 'requestsPerMinute'>,
    address: string,
    now: Date,
  ): RateLimited | undefined;
  /** A request of a registered relay: of its key alone, as a site of any size stands behind it. */
  ofRelay(key: Pick<RegistrationKey, 'kid' | 'requestsPerMinute'>, now: Date): RateLimited | undefined;
  /** A message that names its device. */
  ofDevice(device: DeviceName, now: Date): RateLimited | undefined;
  /** A request without credential: the first of many agents, which wait for the challenge. */
  ofAnonymous(address: string, now: Date): RateLimited | undefined;
  /** A request whose credential is not good. `kid`: the key id it named, whether there is such a key or not. */
  ofRefused(address: string, kid: string | undefined, now: Date): RateLimited | undefined;
  /** A request whose secret is right and whose key is not good for it. The limit is of rows written, not of answers. */
  ofProvedRefusal(kid: string, now: Date): RateLimited | undefined;
}

/**
 * The address and the agentid belong to the name: a deviceid can be guessed, and whoever guessed one must not use up
 * its device's share.
 */
export interface DeviceName {
  readonly kid: string;
  readonly address: string;
  readonly agentid: string | undefined;
  readonly deviceid: string;
}

const minuteMs = 60_000;

/** Token buckets in the memory of this process: bounded, without timer, and lost with it. */
export function createRateLimits(settings: RateLimitSettings): RateLimits {
  const share = (perMinute: number): number => Math.ceil(perMinute / settings.workers);
  const remembered = settings.rateLimitMaxRemembered;
  const keys = createBuckets('key', remembered);
  const addresses = createBuckets('address', remembered);
  const devices = createBuckets('device', remembered);
  const refusedAddresses = createBuckets('refused_address', remembered);
  const refusedKeys = createBuckets('refused_key', remembered);

  return {
    ofKey: ({ kid, requestsPerMinute }, address, now) =>
      takeFrom(
        now,
        [keys, kid, share(requestsPerMinute ?? settings.maxPerMinutePerKey)],
        [addresses, sourceNetwork(address), share(settings.maxPerMinutePerAddress)],
      ),
    ofRelay: ({ kid, requestsPerMinute }, now) =>
      takeFrom(now, [keys, kid, share(requestsPerMinute ?? settings.maxPerMinutePerKey)]),
    ofDevice: (device, now) =>
      takeFrom(now, [devices, nameOf(device), share(settings.maxPerMinutePerDevice)]),
    ofAnonymous: (address, now) =>
      takeFrom(now, [addresses, sourceNetwork(address), share(settings.maxPerMinutePerAddress)]),
    ofRefused: (address, kid, now) => {
      const ofAddress = [
        refusedAddresses,
        sourceNetwork(address),
        share(settings.maxRefusedPerMinutePerAddress),
      ] as const;
      if (kid === undefined) return takeFrom(now, ofAddress);
      return takeFrom(now, ofAddress, [refusedKeys, kid, share(settings.maxRefusedPerMinutePerKey)]);
    },
    ofProvedRefusal: (kid, now) =>
      takeFrom(now, [refusedKeys, `${kid} proved`, share(settings.maxRefusedPerMinutePerKey)]),
  };
}

/** Longest deviceid told apart; agents' have up to about 80 characters. */
const maxNameLength = 255;

function nameOf({ kid, address, agentid, deviceid }: DeviceName): string {
  return `${kid} ${sourceNetwork(address)} ${agentid ?? ''} ${deviceid.slice(0, maxNameLength)}`;
}

interface Buckets {
  readonly limit: RateLimited['limit'];
  bucket(name: string, perMinute: number, nowMs: number): Bucket;
}

/** Requests that may come now; filled up evenly, never above a minute's worth. */
interface Bucket {
  left: number;
  filledAtMs: number;
}

type Wish = readonly [buckets: Buckets, name: string, perMinute: number];

/** One from each, or from none: who has met one limit must not use up what others share with him. */
function takeFrom(now: Date, ...wishes: readonly Wish[]): RateLimited | undefined {
  const nowMs = now.getTime();
  const buckets = wishes.map(([of, name, perMinute]) => of.bucket(name, perMinute, nowMs));
  const empty = buckets.findIndex((bucket) => bucket.left < 1);
  const met = wishes[empty];
  if (met !== undefined) return { limit: met[0].limit, perMinute: met[2] };
  for (const bucket of buckets) bucket.left--;
  return undefined;
}

function createBuckets(limit: RateLimited['limit'], max: number): Buckets {
  const known = new LRUCache<string, Bucket>({ max });
  return {
    limit,
    bucket: (name, perMinute, nowMs) => {
      const found = known.get(name);
      if (found === undefined) {
        const full = { left: perMinute, filledAtMs: nowMs };
        known.set(name, full);
        return full;
      }
      // A clock that was set back gives nothing and takes nothing.
      const elapsedMs = Math.max(0, nowMs - found.filledAtMs);
      found.left = Math.min(perMinute, found.left + (elapsedMs * perMinute) / minuteMs);
      found.filledAtMs = nowMs;
      return found;
    },
  };
}
