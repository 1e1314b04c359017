import { assets } from './assets';
import { common } from './common';
import { keys } from './keys';
import { overview } from './overview';
import { session } from './session';
import { words } from './words';

/** Every text of the console, in English. The other languages have the same keys (test/unit/web/texts.test.ts). */
export const en = { common, session, words, overview, assets, keys };
