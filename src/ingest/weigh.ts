import type { Showing } from '../domain/pin';
import type { Identified } from './identify';
import type { Facts } from './ports';
import { digestSections } from './section-digests';
import { bodyDigestOf, isOfHost, repeatIn, showingOf } from './showing';
import type { Subject } from './subject';
import type { VetSubject } from './vet/objection';

/** A submission whose asset is known, beside everything that it is weighed by. */
export interface Weighed extends VetSubject {
  /** Of a full inventory, in which nothing is merged; worked out once, for the digest of the body and for storing. */
  readonly sectionDigests: Readonly<Record<string, string>> | undefined;
  /** Of a full inventory of a host. */
  readonly bodyDigest: string | undefined;
}

export function weigh(subject: Subject, identified: Identified, facts: Facts): Weighed {
  const { inventory, identity, key, now, sourceAddress } = subject;
  const shown: Showing | undefined = isOfHost(inventory)
    ? showingOf(inventory, identity, sourceAddress, now)
    : undefined;
  const isFull = shown !== undefined && !inventory.partial;
  const sectionDigests = isFull ? digestSections(inventory.content) : undefined;
  const bodyDigest =
    sectionDigests === undefined ? undefined : bodyDigestOf(inventory.content, sectionDigests);
  const pin = identified.kind === 'known' ? identified.asset.pin : {};
  return {
    inventory,
    identity,
    key,
    identified,
    facts,
    now,
    sourceAddress,
    submissionId: subject.newAssetId,
    shown,
    repeat: repeatIn(pin, bodyDigest),
    sectionDigests,
    bodyDigest,
  };
}
