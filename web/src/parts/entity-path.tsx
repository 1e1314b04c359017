import { Fragment } from 'react';

const between = ' > ';

interface EntityPathProps {
  /** Complete name of an entity. */
  readonly path: string;
  /** Entities of it that are shown, from its end. */
  readonly keep: number;
}

/** Cut at its beginning, where all are alike; the whole of it in a tooltip of the browser. */
export function EntityPath({ path, keep }: EntityPathProps) {
  const names = path.split(between);
  const shown = names.slice(-keep);
  return (
    <span className="agent-text one-line" title={path}>
      {names.length > keep && keep > 1 ? `…${between}` : null}
      {shown.map((name, place) => (
        // Each by itself: a name from right to left does not turn the path around.
        <Fragment key={place}>
          {place === 0 ? null : between}
          <bdi>{name}</bdi>
        </Fragment>
      ))}
    </span>
  );
}
