import { authenticateReasons } from './authenticate-reason';
import type { Reason } from './reason';

/**
 * The closed catalogue of reasons: why a submission was refused or is held. Codes are stable and never reused;
 * docs/reasons.md lists the same, and a test keeps the two equal.
 */
export const reasons = {
  // receive
  host_invalid: {
    verdict: 'refused',
    stage: 'receive',
    httpStatus: 400,
    phrase: 'Host header refused',
    beforeKey: true,
    meaning:
      'The request names no host, several hosts, or one that cannot be a host name; or forwarding headers contradict each other, or the path leads out of itself. Check the proxy in front of Gatehouse.',
  },
  body_too_large: {
    verdict: 'refused',
    stage: 'receive',
    httpStatus: 413,
    phrase: 'Inventory too large',
    meaning:
      'The body has more bytes on the wire than MAX_BODY_BYTES allows. Raise the limit if the device is genuine.',
  },
  body_incomplete: {
    verdict: 'refused',
    stage: 'receive',
    httpStatus: 400,
    phrase: 'Body incomplete',
    meaning:
      'The connection ended before the whole body had arrived, or the body took longer than BODY_TIMEOUT_MS.',
  },
  overloaded: {
    verdict: 'refused',
    stage: 'receive',
    httpStatus: 503,
    phrase: 'Gateway busy',
    beforeKey: true,
    ours: true,
    meaning:
      'More requests, or more bytes of bodies, are being worked on than MAX_IN_FLIGHT and MAX_BUFFERED_BYTES allow. The agent comes again by itself.',
  },
  rate_limited: {
    verdict: 'refused',
    stage: 'receive',
    httpStatus: 429,
    phrase: 'Too many requests',
    folded: true,
    meaning:
      'More requests within a minute than the limit for this key, this device or this address allows. Evidence says which. The agent comes again by itself. Bad keys beyond a limit get this answer too, and are counted under the reason for which they are bad.',
  },
  proxy_loop: {
    verdict: 'refused',
    stage: 'receive',
    httpStatus: 508,
    phrase: 'Message came round in a loop',
    folded: true,
    meaning:
      'GLPI-Proxy-ID names this very installation: what was passed on from here has come back. Look at where the upstream of this Gatehouse, or of one behind it, leads to.',
  },
  proxy_chain_too_long: {
    verdict: 'refused',
    stage: 'receive',
    httpStatus: 508,
    phrase: 'Too many proxies on the way',
    folded: true,
    meaning:
      'The message passed more than 5 proxies and relays, by what GLPI-Proxy-ID names. Evidence says which. Let agents post nearer to this Gatehouse.',
  },
  ...authenticateReasons,
  // decode
  encoding_unsupported: {
    verdict: 'refused',
    stage: 'decode',
    httpStatus: 415,
    phrase: 'Encoding not supported',
    meaning: 'The body is compressed in a way Gatehouse does not read, or is not what its Content-Type says.',
  },
  inflate_limit_exceeded: {
    verdict: 'refused',
    stage: 'decode',
    httpStatus: 413,
    phrase: 'Inventory too large',
    meaning:
      'Decompressed, the body is larger than MAX_INFLATED_BYTES, or its ratio is that of a decompression bomb.',
  },
  payload_malformed: {
    verdict: 'refused',
    stage: 'decode',
    httpStatus: 400,
    phrase: 'Message not well formed',
    meaning:
      'Neither a JSON object nor a well-formed XML document without DTD; or a key that no inventory has (__proto__).',
  },
  payload_too_complex: {
    verdict: 'refused',
    stage: 'decode',
    httpStatus: 413,
    phrase: 'Message too complex',
    meaning: 'Deeper, longer or with more elements than the limits allow.',
  },
  message_unsupported: {
    verdict: 'refused',
    stage: 'decode',
    httpStatus: 400,
    phrase: 'Message not supported',
    meaning:
      'A well-formed message that is neither prolog, contact nor inventory of any kind Gatehouse knows.',
  },
  // validate
  content_missing: {
    verdict: 'refused',
    stage: 'validate',
    httpStatus: 400,
    phrase: 'Inventory without content',
    meaning: 'The message says it is an inventory but holds no content section.',
  },
  deviceid_invalid: {
    verdict: 'refused',
    stage: 'validate',
    httpStatus: 400,
    phrase: 'Device id refused',
    meaning: 'The deviceid is missing, is not text, or holds characters that no agent sends.',
  },
  itemtype_unsupported: {
    verdict: 'refused',
    stage: 'validate',
    httpStatus: 400,
    phrase: 'Item type not supported',
    meaning: 'The itemtype is none that GLPI knows.',
  },
  schema_invalid: {
    verdict: 'refused',
    stage: 'validate',
    httpStatus: 400,
    phrase: 'Inventory not valid',
    meaning: 'The envelope of the inventory is not valid. Evidence names the field.',
  },
  // identify
  identity_insufficient: {
    verdict: 'refused',
    stage: 'identify',
    httpStatus: 403,
    phrase: 'Device cannot be identified',
    meaning:
      'Nothing in the inventory can recognise the device again: no serial, UUID or MAC that counts, and no deviceid with a name.',
  },
  full_inventory_awaited: {
    verdict: 'refused',
    stage: 'identify',
    httpStatus: 403,
    phrase: 'Full inventory needed first',
    meaning:
      'A partial inventory of a device whose full one was never stored. The agent is being steered to send a full one.',
  },
  identity_conflict: {
    verdict: 'quarantined',
    stage: 'identify',
    httpStatus: 200,
    phrase: 'Inventory held for review',
    meaning:
      'The submission claims part of the identity of a known asset and contradicts the rest: a clone, a copied serial, or changed hardware. The asset keeps its last good inventory.',
  },
  identity_ambiguous: {
    verdict: 'quarantined',
    stage: 'identify',
    httpStatus: 200,
    phrase: 'Inventory held for review',
    meaning: 'The submission fits more than one asset equally well. Nothing was guessed.',
  },
  // vet
  task_not_allowed: {
    verdict: 'refused',
    stage: 'vet',
    httpStatus: 403,
    phrase: 'Task not allowed for this key',
    meaning: 'The key does not allow what this message reports: inventory, netdiscovery or netinventory.',
  },
  asset_of_other_key: {
    verdict: 'quarantined',
    stage: 'vet',
    httpStatus: 200,
    phrase: 'Inventory held for review',
    meaning:
      'The device is known under another registration key. It is neither moved nor overwritten without an admin.',
  },
  asset_retired: {
    verdict: 'refused',
    stage: 'vet',
    httpStatus: 403,
    phrase: 'Device retired',
    meaning: 'The asset was retired by an admin. A submission does not bring it back.',
  },
  enrolment_ended: {
    verdict: 'refused',
    stage: 'vet',
    httpStatus: 403,
    phrase: 'Enrolment has ended for this key',
    meaning:
      'The key still serves the devices bound to it but takes no new ones: its enrolment window is over.',
  },
  approval_needed: {
    verdict: 'quarantined',
    stage: 'vet',
    httpStatus: 200,
    phrase: 'Inventory held for review',
    meaning: 'The key is in mode "approve" and this device is new.',
  },
  quota_exceeded: {
    verdict: 'refused',
    stage: 'vet',
    httpStatus: 403,
    phrase: 'No more devices allowed for this key',
    meaning: 'The key already has as many assets as maxAssets allows.',
  },
  itemtype_not_allowed: {
    verdict: 'refused',
    stage: 'vet',
    httpStatus: 403,
    phrase: 'Item type not allowed for this key',
    meaning: 'The key does not allow assets of this itemtype.',
  },
  tag_not_allowed: {
    verdict: 'refused',
    stage: 'vet',
    httpStatus: 403,
    phrase: 'Tag not allowed for this key',
    meaning: 'The key requires a tag, and the agent sent another one or none.',
  },
  identity_banned: {
    verdict: 'refused',
    stage: 'vet',
    httpStatus: 403,
    phrase: 'Device refused',
    meaning:
      'An admin banned an identifier that this device shows. Evidence names it. Lift the ban to let the device in.',
  },
  submission_rejected: {
    verdict: 'refused',
    stage: 'vet',
    httpStatus: 403,
    phrase: 'Device refused',
    meaning:
      'An admin looked at this device before and rejected it. Open its case in the quarantine again to decide otherwise.',
  },
  clone_suspected: {
    verdict: 'quarantined',
    stage: 'vet',
    httpStatus: 200,
    phrase: 'Inventory held for review',
    meaning:
      'Two machines seem to be one asset: they take turns under one identity, or the time of start or of installation went backwards. Neither overwrites the asset until an admin has decided.',
  },
  asset_contested: {
    verdict: 'quarantined',
    stage: 'vet',
    httpStatus: 200,
    phrase: 'Inventory held for review',
    meaning:
      'Another machine claimed to be this asset and the case is still open. The asset keeps its last good inventory.',
  },
  pin_downgraded: {
    verdict: 'quarantined',
    stage: 'vet',
    httpStatus: 200,
    phrase: 'Inventory held for review',
    meaning:
      'The asset is pinned to a client certificate or to an ssh host key, and the submission shows another or none.',
  },
  replay_suspected: {
    verdict: 'quarantined',
    stage: 'vet',
    httpStatus: 200,
    phrase: 'Inventory held for review',
    meaning:
      'The same inventory was received before, and newer ones since; or it is older than what is stored. Somebody may be playing a recording back.',
  },
  inventory_shrunk: {
    verdict: 'quarantined',
    stage: 'vet',
    httpStatus: 200,
    phrase: 'Inventory held for review',
    meaning:
      'Most software, or whole parts of the identity, that the asset had are missing: a truncated inventory, or another machine.',
  },
  enrolment_burst: {
    verdict: 'quarantined',
    stage: 'vet',
    httpStatus: 200,
    phrase: 'Inventory held for review',
    meaning:
      'More new devices within an hour than newAssetsPerHour of the key allows. The device is new; approve it if it is one of yours.',
  },
  // assign
  entity_not_found: {
    verdict: 'quarantined',
    stage: 'assign',
    httpStatus: 200,
    phrase: 'Inventory held for review',
    meaning:
      "The key maps tags to entities, and no entity below the key's own carries the tag that the agent sent.",
  },
} as const satisfies Record<string, Reason>;

export type ReasonCode = keyof typeof reasons;

/** Codes by the verdict they belong to, so that a stage cannot refuse with a reason meant for quarantine. */
export type RefusalReason = {
  [C in ReasonCode]: (typeof reasons)[C]['verdict'] extends 'refused' ? C : never;
}[ReasonCode];
export type QuarantineReason = Exclude<ReasonCode, RefusalReason>;

export const reasonOf = (code: ReasonCode): Reason => reasons[code];
