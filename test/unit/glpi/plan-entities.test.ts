import type { TreeEntity } from '../../../src/domain/tree-entity';
import { planEntities, type EntityStep } from '../../../src/glpi/plan-entities';
import type { GlpiEntity } from '../../../src/glpi/glpi-api';

const root: TreeEntity = {
  entityId: 'root',
  parentId: null,
  name: 'Root',
  tag: null,
  glpiId: null,
  isGone: false,
};
const glpi = (
  glpiId: number,
  parentGlpiId: number | null,
  name: string,
  tag?: string | null,
): GlpiEntity => ({
  glpiId,
  parentGlpiId,
  name,
  tag,
});
const house = (over: Partial<TreeEntity> & { entityId: string }): TreeEntity => ({
  ...root,
  parentId: 'root',
  name: over.entityId,
  ...over,
});
const top = glpi(0, null, 'Root entity');
const rootOfGlpi = { ...root, name: 'Root entity', glpiId: 0 };

function plan(ofGlpi: GlpiEntity[], ofHouse: TreeEntity[]) {
  let count = 0;
  const made = planEntities(
    ofGlpi,
    ofHouse,
    ofHouse.find(({ entityId }) => entityId === 'root')!,
    () => `new${++count}`,
  );
  return { ...made, lines: made.steps.map(line) };
}

const line = (step: EntityStep): string => {
  const { kind, entityId } = step;
  if ('after' in step) return `${kind} ${entityId} ${step.before} > ${step.after}`;
  return [
    kind,
    entityId,
    ...('name' in step ? [step.name, step.parentId] : []),
    ...('tag' in step ? [step.tag] : []),
  ].join(' ');
};

it('makes the root GLPI’s, and what is below it new', () => {
  const { lines, after } = plan([top, glpi(2, 1, 'Paris', 'PAR'), glpi(1, 0, 'France')], [root]);
  expect(lines).toEqual([
    'link root Root entity ',
    'rename root Root > Root entity',
    'create new1 France root',
    'create new2 Paris new1',
    'tag new2 null > PAR',
  ]);
  expect(after.map(({ entityId, parentId }) => [entityId, parentId])).toEqual([
    ['root', null],
    ['new1', 'root'],
    ['new2', 'new1'],
  ]);
});

it('does nothing when nothing changed', () => {
  const here = [rootOfGlpi, house({ entityId: 'f', name: 'France', glpiId: 1, tag: 'FR' })];
  expect(plan([top, glpi(1, 0, 'France', 'FR')], here).lines).toEqual([]);
  // An API that tells no tags takes none away; nor does a GLPI without one.
  expect(plan([top, glpi(1, 0, 'France')], here).lines).toEqual([]);
  expect(plan([top, glpi(1, 0, 'France', null)], here).lines).toEqual([]);
});

it('takes an entity of the same place and name for GLPI’s, without regard to case', () => {
  const here = [
    rootOfGlpi,
    house({ entityId: 'f', name: 'FRANCE' }),
    house({ entityId: 'other', name: 'Other' }),
  ];
  expect(plan([top, glpi(1, 0, 'France')], here).lines).toEqual([
    'link f France root',
    'rename f FRANCE > France',
  ]);
});

it('follows renames, moves and tags by the id in GLPI, also when names are swapped', () => {
  const here = [
    rootOfGlpi,
    house({ entityId: 'a', name: 'A', glpiId: 1, tag: 'x' }),
    house({ entityId: 'b', name: 'B', glpiId: 2, tag: 'y' }),
    house({ entityId: 'c', name: 'C', glpiId: 3 }),
  ];
  expect(plan([top, glpi(1, 0, 'B', 'y'), glpi(2, 0, 'A', 'x'), glpi(3, 2, 'C')], here).lines).toEqual([
    'rename a A > B',
    'tag a x > y',
    'rename b B > A',
    'tag b y > x',
    'move c root > b',
  ]);
});

it('turns parent and child around', () => {
  const here = [
    rootOfGlpi,
    house({ entityId: 'a', name: 'A', glpiId: 1 }),
    house({ entityId: 'b', name: 'B', glpiId: 2, parentId: 'a' }),
  ];
  const { lines, after } = plan([top, glpi(2, 0, 'B'), glpi(1, 2, 'A')], here);
  expect(lines).toEqual(['move b a > root', 'move a root > b']);
  expect(after.map(({ entityId }) => entityId)).toEqual(['root', 'b', 'a']);
});

it('marks what is gone, keeps it, and takes the mark away when it is back', () => {
  const gone = house({ entityId: 'a', name: 'A', glpiId: 1 });
  const { lines, after } = plan([top], [rootOfGlpi, gone]);
  expect(lines).toEqual(['gone a']);
  expect(after).toContainEqual({ ...gone, isGone: true });
  expect(plan([top], [rootOfGlpi, { ...gone, isGone: true }]).lines).toEqual([]);
  expect(plan([top, glpi(1, 0, 'A')], [rootOfGlpi, { ...gone, isGone: true }]).lines).toEqual(['back a']);
});

it('gives way to an entity that GLPI does not know of, in name and in tag', () => {
  const here = [
    rootOfGlpi,
    house({ entityId: 'a', name: 'A', glpiId: 1 }),
    house({ entityId: 'own', name: 'Own', tag: 'OWN' }),
  ];
  expect(plan([top, glpi(1, 0, 'own', 'own')], here).lines).toEqual([
    'rename a A > own (GLPI 1)',
    'tag-taken a own',
  ]);
});

it('tells apart siblings that GLPI tells apart by case only, and names that clean to nothing', () => {
  const { after } = plan([top, glpi(1, 0, 'Lab'), glpi(2, 0, 'LAB'), glpi(3, 0, ' \u0000\n ')], [rootOfGlpi]);
  expect(after.map(({ name }) => name)).toEqual(['Root entity', 'Lab', 'LAB (GLPI 2)', 'Entity 3']);
});

it('puts what the API user sees without its parent below the root', () => {
  expect(plan([glpi(7, 3, 'Site')], [root]).lines).toEqual(['create new1 Site root']);
});

it('refuses an empty list, a cycle and an id twice: nothing would be left', () => {
  expect(() => plan([], [root])).toThrow('GLPI shows no entity at all.');
  expect(() => plan([top, glpi(1, 2, 'A'), glpi(2, 1, 'B')], [root])).toThrow('a cycle');
  expect(() => plan([top, glpi(1, 0, 'A'), glpi(1, 0, 'B')], [root])).toThrow('an id twice');
});

it('plans a tree of 20,000 without going through it for each', () => {
  const many = Array.from({ length: 20_000 }, (_, i) => glpi(i, i === 0 ? null : (i - 1) >> 2, `e${i}`));
  const { after } = plan(many, [root]);
  const again = planEntities(many, after, after[0]!, () => 'none');
  expect(again.steps).toEqual([]);
});
