import { dressed } from '../../../src/simulation/dress';
import { drawFleet } from '../../../src/simulation/fleet';

const template = {
  bios: { ssn: 'OF-THE-TEMPLATE' },
  hardware: { uuid: 'of-the-template' },
  networks: [{ mac: '00:00:5e:00:53:01' }],
  memories: [{ capacity: 1 }],
  monitors: [{ caption: 'a real one' }],
  softwares: [{ name: 'real software', version: '1' }],
};
const { messages } = drawFleet({ seed: 3, devices: 120, sites: 2, traits: undefined });
const worn = dressed(messages, [template]);
const changed = worn.filter((message, i) => message !== messages[i]);

it('gives computers that report in JSON the rest of a real one, and leaves who they are alone', () => {
  expect(changed.length).toBeGreaterThan(50);
  for (const { body } of changed) {
    expect(body).toContain('a real one');
    expect(body).toContain('real software');
    expect(body).not.toMatch(/of-the-template/i);
    expect(body).not.toContain('00:00:5e:00:53:01');
  }
});

it('changes nothing of the truth, and nothing of partials, scans, spoofs and machines of several agents', () => {
  expect(worn.map(({ body: _body, ...truth }) => truth)).toEqual(
    messages.map(({ body: _body, ...truth }) => truth),
  );
  const inXml = new Set(messages.filter(({ body }) => !body.startsWith('{')).map(({ device }) => device));
  for (const { device, seen, victim } of changed) {
    expect([seen.isPartial, victim, seen.itemtype, inXml.has(device)]).toEqual([
      false,
      undefined,
      'Computer',
      false,
    ]);
  }
});

it('is nothing without templates', () => {
  expect(dressed(messages, [])).toBe(messages);
});
