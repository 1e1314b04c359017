import type { en } from '../en';
import { assets } from './assets';
import { common } from './common';
import { keys } from './keys';
import { overview } from './overview';
import { session } from './session';
import { words } from './words';

type SameKeys<Texts> = {
  readonly [Key in keyof Texts]: Texts[Key] extends string ? string : SameKeys<Texts[Key]>;
};

export const fr: SameKeys<typeof en> = { common, session, words, overview, assets, keys };
