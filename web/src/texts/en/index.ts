import { audit, entities, settings, welcome } from './admin';
import { agents, events, explain } from './agents';
import { asset } from './asset';
import { assets } from './assets';
import { common } from './common';
import { forwarding } from './forwarding';
import { installation } from './installation';
import { glpi } from './glpi';
import { inventory } from './inventory';
import { junk } from './junk';
import { keys } from './keys';
import { overview } from './overview';
import { quarantine } from './quarantine';
import { rebind } from './rebind';
import { replay } from './replay';
import { session } from './session';
import { submissions } from './submissions';
import { words } from './words';

/** Every text of the console, in English. The other languages have the same keys (test/unit/web/texts.test.ts). */
export const en = {
  ...{ common, session, words, overview, assets, asset, keys },
  ...{ agents, events, explain, glpi, rebind, replay },
  ...{
    quarantine,
    inventory,
    junk,
    submissions,
    entities,
    forwarding,
    audit,
    settings,
    installation,
    welcome,
  },
};
