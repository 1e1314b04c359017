import type { Machine } from './machine';
import { timeIn } from './machine';
import type { SimulatedMessage } from './message';
import type { Random } from './random';
import { computerJson } from './render/computer-json';
import { computerXml } from './render/computer-xml';
import { discoveryXml, snmpXml, type ScannedDevice } from './render/scan-xml';
import { speechOf } from './render/speech';

type Told = Partial<Pick<SimulatedMessage, 'expected' | 'victim' | 'site'>> & { readonly tag?: string };

/** What happens to the machines of one trait, told day by day. Each call is one message. */
export interface Story {
  readonly random: Random;
  /** The site that the story plays at; a story of two sites uses `otherSite` too. */
  readonly site: number;
  readonly otherSite: number;
  /** A number that no other story uses, for names. */
  readonly number: number;
  /** Name of a device of this story, for the truth. */
  device(name: string): string;
  full(device: string, machine: Machine, day: number, told?: Told): void;
  partial(device: string, machine: Machine, day: number, told?: Told): void;
  /** As the agent of a copied machine sends it: its state says that only its cards changed. */
  partialWithNetworks(device: string, machine: Machine, day: number, told?: Told): void;
  /** The message before, byte for byte once more. */
  repeat(): void;
  discovery(device: string, scanned: ScannedDevice, day: number, scanner: string, told?: Told): void;
  snmp(device: string, scanned: ScannedDevice, day: number, scanner: string, told?: Told): void;
}

export interface StoryPlace {
  readonly trait: string;
  readonly number: number;
  readonly site: number;
  readonly otherSite: number;
}

type Said = Pick<SimulatedMessage, 'headers' | 'contentType' | 'body' | 'seen'>;

/** A story has at most some 200 messages: they fit into a day. */
const stepSeconds = 300;

/** A story that writes its messages into the given list. */
export function storyInto(messages: SimulatedMessage[], random: Random, place: StoryPlace): Story {
  const { trait, number, site, otherSite } = place;
  const say = (device: string, day: number, told: Told, said: Said): void => {
    messages.push({
      day,
      step: messages.length,
      trait,
      device,
      victim: told.victim,
      expected: told.expected ?? 'accept',
      site: told.site ?? site,
      ...said,
    });
  };
  // Clocks go on from message to message, also within a day.
  const clockOf = (day: number): string =>
    timeIn(day, messages.length * stepSeconds + random.below(stepSeconds));
  return {
    random,
    site,
    otherSite,
    number,
    device: (name) => `${trait}#${number}/${name}`,
    full: (device, machine, day, told = {}) => {
      say(device, day, told, ofComputer(random, machine, clockOf(day), told.tag));
    },
    partial: (device, machine, day, told = {}) => {
      say(device, day, told, ofComputer(random, machine, clockOf(day), told.tag, { isPartial: true }));
    },
    partialWithNetworks: (device, machine, day, told = {}) => {
      const parts = { isPartial: true, withNetworks: true };
      say(device, day, told, ofComputer(random, machine, clockOf(day), told.tag, parts));
    },
    repeat: () => {
      const last = messages.at(-1);
      if (last !== undefined) messages.push({ ...last, step: messages.length });
    },
    discovery: (device, scanned, day, scanner, told = {}) => {
      say(device, day, told, ofScan(scanned, scanner, discoveryXml(scanner, scanned)));
    },
    snmp: (device, scanned, day, scanner, told = {}) => {
      say(device, day, told, ofScan(scanned, scanner, snmpXml(scanner, scanned)));
    },
  };
}

function ofComputer(
  random: Random,
  machine: Machine,
  at: string,
  tag: string | undefined,
  parts: { readonly isPartial?: boolean; readonly withNetworks?: boolean } = {},
): Said {
  const { isPartial = false, withNetworks = false } = parts;
  const { agent, serial, uuid, name, cards } = machine;
  const { userAgent, contentType } = speechOf[agent.brand];
  const options = { at, tag, isPartial, noise: random.below(100_000), withNetworks };
  return {
    headers: {
      'User-Agent': userAgent,
      ...(agent.agentid === undefined ? {} : { 'GLPI-Agent-ID': agent.agentid }),
    },
    contentType,
    body: agent.brand === 'glpi' ? computerJson(machine, options) : computerXml(machine, options),
    seen: {
      deviceid: agent.deviceid,
      serial,
      uuid,
      macs: isPartial && !withNetworks ? [] : cards.map(({ mac }) => mac),
      name,
      isPartial,
      itemtype: 'Computer',
    },
  };
}

function ofScan(scanned: ScannedDevice, scanner: string, body: string): Said {
  const { userAgent, contentType } = speechOf.fusioninventory;
  const { serial, mac, name, type } = scanned;
  return {
    headers: { 'User-Agent': userAgent },
    contentType,
    body,
    seen: {
      deviceid: scanner,
      serial,
      uuid: undefined,
      macs: mac === undefined ? [] : [mac],
      name,
      isPartial: false,
      itemtype: type ?? 'Unmanaged',
    },
  };
}
