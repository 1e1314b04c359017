import type { InventoryContent } from '../domain/inventory';
import { cleanText } from './clean-text';
import { sectionOf } from './content-sections';

/** By kernel name where the agent tells it (linux, MSWin32, darwin), else by the words of the system's name. */
const families: readonly (readonly [string, RegExp])[] = [
  ['macos', /darwin|mac ?os|os ?x/i],
  ['windows', /win/i],
  ['android', /android/i],
  ['bsd', /bsd|dragonfly/i],
  ['solaris', /solaris|sunos|illumos/i],
  ['aix', /^aix/i],
  ['hpux', /hp-?ux/i],
  [
    'linux',
    /linux|gnu|debian|ubuntu|red ?hat|centos|fedora|suse|rocky|alma|mint|arch|gentoo|raspbian|oracle|amazon/i,
  ],
];

/** Kind of operating system; undefined when the inventory does not tell. */
export function osFamilyOf(content: InventoryContent): string | undefined {
  const system = sectionOf(content, 'operatingsystem');
  for (const told of [
    system.kernel_name,
    system.full_name,
    system.name,
    sectionOf(content, 'hardware').osname,
  ]) {
    const text = cleanText(told);
    const family = text === undefined ? undefined : families.find(([, words]) => words.test(text));
    if (family !== undefined) return family[0];
  }
  return undefined;
}
