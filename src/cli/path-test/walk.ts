import type { CertificateFacts, PathFacts } from '../../reach/open-path';
import { PathTrouble, type Layer } from '../../reach/path-trouble';
import { hostOf } from '../../reach/proxy-choice';
import { exitCodes } from '../exit-code';
import { failed, ok, skipped, warning, type Check, type Place } from './check';

export interface Walked<T> {
  readonly checks: readonly Check[];
  /** Undefined: it ended before an answer. */
  readonly answer: T | undefined;
}

/** Goes the way to a URL, and tells of each step of it: what was found, where it ended, and what was not come to. */
export async function walk<T>(
  place: Place,
  url: URL,
  ask: (facts: PathFacts) => Promise<T>,
  now: Date,
): Promise<Walked<T>> {
  const facts: PathFacts = {};
  try {
    const answer = await ask(facts);
    return { checks: passedSteps(place, url, facts, stepsOf(url, facts), now), answer };
  } catch (error) {
    if (!(error instanceof PathTrouble)) throw error;
    const steps = stepsOf(url, facts);
    const end = steps.indexOf(error.layer);
    const checks = [
      ...passedSteps(place, url, facts, steps.slice(0, end), now),
      failed(place, error.layer, {
        what: error.message,
        nextStep: error.nextStep,
        exitCode: exitCodes.unreachable,
      }),
      ...steps.slice(end + 1).map((step) => skipped(place, step, 'not come to')),
    ];
    return { checks, answer: undefined };
  }
}

/** Without a proxy the connection is TCP's; with one, the proxy makes it. */
function stepsOf({ protocol }: URL, { proxy }: PathFacts): Layer[] {
  const tls: Layer[] = protocol === 'https:' ? ['tls'] : [];
  switch (proxy?.kind) {
    case 'proxy':
      return ['dns', 'proxy', ...tls, 'http'];
    case 'unreadable':
      return ['proxy', 'dns', 'tcp', ...tls, 'http'];
    case 'direct':
    case undefined:
      return ['dns', 'tcp', ...tls, 'http'];
  }
}

function passedSteps(place: Place, url: URL, facts: PathFacts, steps: readonly Layer[], now: Date): Check[] {
  return steps.flatMap((step): Check[] => {
    switch (step) {
      case 'dns':
        return [ok(place, step, addressText(url, facts))];
      case 'tcp':
        return [ok(place, step, `connected to ${facts.peer ?? url.host}, without a proxy`)];
      case 'proxy':
        return [ok(place, step, proxyText(facts))];
      case 'tls':
        return facts.certificate === undefined ? [] : tlsChecks(place, facts.certificate, now);
      case 'url':
      case 'http':
        // What answered is the caller's to judge.
        return [];
    }
  });
}

/** Enough to see which of several servers or name servers it was. */
const maxAddresses = 4;

function addressText(url: URL, { proxy, addresses = [] }: PathFacts): string {
  const host = proxy?.kind === 'proxy' ? hostOf(proxy.url) : hostOf(url);
  const more = addresses.length > maxAddresses ? ', …' : '';
  const found = `${addresses.slice(0, maxAddresses).join(', ')}${more}`;
  return host === found ? `${host} is an address` : `${host} is ${found}`;
}

function proxyText({ proxy }: PathFacts): string {
  return proxy?.kind === 'proxy'
    ? `goes through ${proxy.url.protocol}//${proxy.url.host} (${proxy.variable})`
    : 'none';
}

const dayMs = 24 * 3_600_000;
/** What is renewed by itself is so a month before its end. */
const soonDays = 14;

function tlsChecks(place: Place, certificate: CertificateFacts, now: Date): Check[] {
  const { subject, issuer, notAfter, protocol, chain } = certificate;
  const what = `${protocol}, ${subject}, from ${issuer}, good until ${day(notAfter)}`;
  const [first] = [{ subject, notAfter }, ...chain].sort((a, b) => Number(a.notAfter) - Number(b.notAfter));
  if (first === undefined) return [ok(place, 'tls', what)];
  const daysLeft = Math.floor((first.notAfter.getTime() - now.getTime()) / dayMs);
  if (daysLeft >= soonDays) return [ok(place, 'tls', what)];
  const which = first.subject === subject ? '' : `; ${first.subject} above it ends ${day(first.notAfter)}`;
  return [warning(place, 'tls', `${what}${which}: ${daysLeft} days left`, 'Renew the certificate there.')];
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
