/** The keys of the demo; `wrong` has the secret of none, `none` is sent without. */
export const demoKeys = ['paris', 'workshop', 'field', 'old', 'wrong', 'none'] as const;
export type DemoKey = (typeof demoKeys)[number];

export type DemoAgent = 'glpi' | 'fusioninventory' | 'ocs';

export interface DemoStep {
  /** Printed above the first step of a scene. */
  readonly scene?: string;
  readonly what: string;
  readonly agent: DemoAgent;
  readonly key: DemoKey;
  /** File in demo/messages. */
  readonly message: string;
  readonly expected: DemoExpectation;
}

export interface DemoExpectation {
  readonly httpStatus: number;
  /** `answered`: the message carries no inventory, so there is nothing to decide. */
  readonly verdict: 'answered' | 'accepted' | 'quarantined' | 'refused';
  /** Outcome of an accepted one, reason of the others. */
  readonly because?: string;
  readonly entity?: string;
}

const answered: DemoExpectation = { httpStatus: 200, verdict: 'answered' };
const accepted = (because: string, entity: string): DemoExpectation => ({
  httpStatus: 200,
  verdict: 'accepted',
  because,
  entity,
});
const held = (because: string): DemoExpectation => ({ httpStatus: 200, verdict: 'quarantined', because });
const refused = (httpStatus: number, because: string): DemoExpectation => ({
  httpStatus,
  verdict: 'refused',
  because,
});

/** What the fleet sends, in order, and what Gatehouse must make of it. */
export const demoSteps: readonly DemoStep[] = [
  {
    scene: 'A desktop in Paris, paris-desk-01, with GLPI Agent',
    what: 'says hello in XML',
    agent: 'glpi',
    key: 'paris',
    message: 'glpi-prolog.xml',
    expected: answered,
  },
  {
    what: 'asks what to do',
    agent: 'glpi',
    key: 'paris',
    message: 'glpi-contact.json',
    expected: answered,
  },
  {
    what: 'sends its first inventory',
    agent: 'glpi',
    key: 'paris',
    message: 'paris-desk-01.json',
    expected: accepted('created', 'Root > Paris'),
  },
  {
    what: 'sends the same again',
    agent: 'glpi',
    key: 'paris',
    message: 'paris-desk-01.json',
    expected: accepted('unchanged', 'Root > Paris'),
  },
  {
    what: 'sends only what changed',
    agent: 'glpi',
    key: 'paris',
    message: 'paris-desk-01-partial.json',
    expected: accepted('updated', 'Root > Paris'),
  },
  {
    what: 'another desktop begins with a part',
    agent: 'glpi',
    key: 'paris',
    message: 'paris-desk-09-partial.json',
    expected: refused(403, 'full_inventory_awaited'),
  },
  {
    scene: 'The workshop, with FusionInventory and OCS',
    what: 'a server says hello',
    agent: 'fusioninventory',
    key: 'workshop',
    message: 'fusion-prolog.xml',
    expected: answered,
  },
  {
    what: 'and sends its inventory',
    agent: 'fusioninventory',
    key: 'workshop',
    message: 'workshop-srv.xml',
    expected: accepted('created', 'Root > Workshop'),
  },
  {
    what: 'a lab machine says hello',
    agent: 'ocs',
    key: 'workshop',
    message: 'ocs-prolog.xml',
    expected: answered,
  },
  {
    what: 'and sends its inventory',
    agent: 'ocs',
    key: 'workshop',
    message: 'workshop-lab.xml',
    expected: accepted('created', 'Root > Workshop'),
  },
  {
    what: 'the server found a printer',
    agent: 'fusioninventory',
    key: 'workshop',
    message: 'workshop-printer.xml',
    expected: accepted('created', 'Root > Workshop'),
  },
  {
    scene: 'One key for the field, which maps tags to entities',
    what: 'a laptop tagged LYO',
    agent: 'glpi',
    key: 'field',
    message: 'lyon-laptop-01.json',
    expected: accepted('created', 'Root > Lyon'),
  },
  {
    what: 'a laptop tagged NICE: no such entity',
    agent: 'glpi',
    key: 'field',
    message: 'nice-laptop-01.json',
    expected: held('entity_not_found'),
  },
  {
    scene: 'Trouble around paris-desk-01',
    what: 'its disk image on other hardware',
    agent: 'glpi',
    key: 'paris',
    message: 'paris-desk-01-clone.json',
    expected: held('identity_conflict'),
  },
  {
    what: 'somebody takes its name',
    agent: 'glpi',
    key: 'paris',
    message: 'paris-desk-01-namesake.json',
    expected: accepted('created', 'Root > Paris'),
  },
  {
    what: 'somebody copies its serial and UUID',
    agent: 'glpi',
    key: 'workshop',
    message: 'paris-desk-01-copied-numbers.json',
    expected: held('asset_of_other_key'),
  },
  {
    what: "somebody guesses a key's secret",
    agent: 'glpi',
    key: 'wrong',
    message: 'paris-desk-02.json',
    expected: refused(403, 'key_wrong_secret'),
  },
  {
    what: 'somebody has no key',
    agent: 'glpi',
    key: 'none',
    message: 'paris-desk-02.json',
    expected: refused(401, 'key_missing'),
  },
  {
    what: 'a laptop still has a revoked key',
    agent: 'glpi',
    key: 'old',
    message: 'paris-desk-02.json',
    expected: refused(403, 'key_revoked'),
  },
];
