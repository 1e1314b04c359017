/**
 * Makers of machines and the names under which their firmware and the agents' sources give them: one house, one entry,
 * also where a house or its PC branch was bought, because the same machine may be named either way after an update of
 * its firmware. Serials are given out by each maker for itself, so that two makers may give out the same one.
 *
 * Spelling: what of the name is left in lower case without blanks and punctuation; it must begin so. Spelt as in
 * recorded inventories and in Linux's tables of DMI quirks. Left out on purpose: hypervisors and clouds (a guest keeps its
 * serial when it moves from one to another), boards sold under any name, and Microsoft (Surface and Hyper-V alike).
 */
const houses: Readonly<Record<string, readonly string[]>> = {
  acer: ['acer', 'gateway', 'packardbell', 'emachines'],
  apple: ['apple'],
  asus: ['asus'],
  cisco: ['cisco'],
  dell: ['dell', 'alienware', 'emc'],
  fujitsu: ['fujitsu'],
  getac: ['getac'],
  hp: ['hp', 'hewlettpackard', 'compaq'],
  huawei: ['huawei', 'xfusion', 'honor'],
  inspur: ['inspur', 'ieit'],
  lenovo: ['lenovo', 'ibm'],
  lg: ['lgelectronics'],
  msi: ['msi', 'microstar'],
  nec: ['nec'],
  panasonic: ['panasonic', 'matsushita'],
  samsung: ['samsung'],
  sony: ['sony', 'vaio'],
  sun: ['sunmicrosystems', 'oraclecorporation'],
  supermicro: ['supermicro'],
  toshiba: ['toshiba', 'dynabook'],
  wortmann: ['wortmann', 'terra'],
};

/** Longest name looked at; agents' texts may be of any length. */
const maxNameChars = 64;

/** The house that a manufacturer's name belongs to; undefined for names that are not known, fillers among them. */
export function makerOf(manufacturer: string | null | undefined): string | undefined {
  if (manufacturer === null || manufacturer === undefined) return undefined;
  const spelt = manufacturer
    .slice(0, maxNameChars)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
  for (const [house, names] of Object.entries(houses)) {
    if (names.some((name) => isNameOf(spelt, name))) return house;
  }
  return undefined;
}

/** Short names must be the whole: "HP Inc." is HP, "Hpersonal" is not. */
function isNameOf(spelt: string, name: string): boolean {
  if (name.length > 3) return spelt.startsWith(name);
  return (
    spelt.startsWith(name) &&
    /^(|inc|incorporated|corp|corporation|co|coltd|computers|e|enterprise)$/.test(spelt.slice(name.length))
  );
}
