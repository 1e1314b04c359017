import { newInstall, newMachine, randomMac, type Machine } from '../machine';
import type { Story } from '../story';
import { trait, type Trait } from './trait';

/** Somebody with a good key claims to be another machine. Nothing of it may reach the victim's asset. */
function spoof(claim: (victim: Machine, attacker: Machine, story: Story) => Machine, isElsewhere = false) {
  return (story: Story): void => {
    const victim = newMachine(story.random, story.number);
    const attacker = newMachine(story.random, story.number);
    story.full(story.device('victim'), victim, 0);
    story.full(story.device('attacker'), claim(victim, attacker, story), 1, {
      expected: 'free',
      victim: story.device('victim'),
      ...(isElsewhere ? { site: story.otherSite } : {}),
    });
    story.full(story.device('victim'), victim, 2, { expected: 'free' });
  };
}

export const spoofTraits: readonly Trait[] = [
  trait(
    'spoof: name',
    1,
    1,
    spoof((victim, attacker) => ({ ...attacker, name: victim.name })),
  ),
  trait(
    'spoof: serial and uuid',
    1,
    1,
    spoof((victim, attacker) => ({ ...attacker, serial: victim.serial, uuid: victim.uuid })),
  ),
  trait(
    'spoof: serial, no uuid',
    1,
    1,
    spoof((victim, attacker) => ({ ...attacker, serial: victim.serial, uuid: undefined })),
  ),
  trait(
    'spoof: deviceid',
    1,
    1,
    spoof((victim, attacker) => ({
      ...attacker,
      agent: { ...attacker.agent, deviceid: victim.agent.deviceid },
    })),
  ),
  trait(
    'spoof: card',
    1,
    1,
    spoof((victim, attacker) => ({ ...attacker, cards: victim.cards })),
  ),
  trait(
    'spoof: bare name and numbers',
    1,
    1,
    spoof((victim, attacker) => ({
      ...attacker,
      name: victim.name,
      serial: victim.serial,
      uuid: victim.uuid,
      cards: [],
    })),
  ),
  trait(
    'spoof: everything, with the key of another site',
    1,
    1,
    spoof((victim) => victim, true),
  ),
  trait(
    'spoof: serial, uuid and another name, own card and agent',
    1,
    1,
    spoof((victim, attacker, { random }) => ({
      ...victim,
      name: attacker.name,
      cards: [{ name: 'eth0', mac: randomMac(random), type: 'ethernet' }],
      agent: newInstall(random, attacker.name, 'glpi'),
    })),
  ),
];
