import { getTreeExpandedState, Tree, type TreeNodeData, useTree } from '@mantine/core';
import { BuildingOffice2Icon, ChevronRightIcon } from '@heroicons/react/24/outline';
import { useMemo } from 'react';
import type { Entity } from '../api/types';
import classes from './entity-tree.module.css';

interface EntityTreeProps {
  readonly entities: readonly Entity[];
  readonly selected?: string | undefined;
  readonly onSelect: (id: string) => void;
  readonly label: string;
}

/** The entities as a tree; below the second level it is folded, as an installation may have 20,000. */
export function EntityTree({ entities, selected, onSelect, label }: EntityTreeProps) {
  const data = useMemo(() => treeOf(entities), [entities]);
  const tree = useTree({
    initialExpandedState: getTreeExpandedState(data, pathTo(entities, selected, data)),
  });
  return (
    <Tree
      data={data}
      tree={tree}
      expandOnClick={false}
      aria-label={label}
      levelOffset="sm"
      renderNode={({ node, expanded, hasChildren, elementProps }) => (
        <div
          {...elementProps}
          className={`${elementProps.className} ${classes.node ?? ''}`}
          data-chosen={node.value === selected || undefined}
          onClick={(event) => {
            elementProps.onClick(event);
            onSelect(node.value);
          }}
        >
          {hasChildren ? (
            <ChevronRightIcon
              className={classes.chevron}
              data-expanded={expanded || undefined}
              onClick={(event) => {
                event.stopPropagation();
                tree.toggleExpanded(node.value);
              }}
            />
          ) : (
            <BuildingOffice2Icon className={classes.leaf} />
          )}
          <bdi className={classes.name} title={typeof node.label === 'string' ? node.label : undefined}>
            {node.label}
          </bdi>
        </div>
      )}
    />
  );
}

/** `Site 9` before `Site 10`. Made once: an installation may have 20,000 names. */
const byName = new Intl.Collator(undefined, { numeric: true });

/** Below each parent by name; an entity whose parent is not shown to the caller is a root. */
export function treeOf(entities: readonly Entity[]): TreeNodeData[] {
  const ids = new Set(entities.map(({ id }) => id));
  const byParent = Map.groupBy(entities, ({ parentId }) =>
    parentId !== null && ids.has(parentId) ? parentId : '',
  );
  const below = (parent: string): TreeNodeData[] =>
    (byParent.get(parent) ?? [])
      .toSorted((one, other) => byName.compare(one.name, other.name))
      .map(({ id, name }) => {
        const children = below(id);
        return { value: id, label: name, ...(children.length === 0 ? {} : { children }) };
      });
  return below('');
}

/** What is unfolded at first: the roots, and the way to the chosen one. */
function pathTo(entities: readonly Entity[], selected: string | undefined, data: TreeNodeData[]): string[] {
  const parents = new Map(entities.map(({ id, parentId }) => [id, parentId]));
  const way: string[] = data.map(({ value }) => value);
  for (let at = parents.get(selected ?? ''); at !== undefined && at !== null; at = parents.get(at))
    way.push(at);
  return way;
}
