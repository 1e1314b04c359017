// Where the time of a CPU profile went between two points in time, by function (self time).
import { printTable } from './table.mjs';

const mostShown = 30;

/** `fromMs`, `untilMs`: Date.now(). The profile's clock is the machine's monotonic one, which all processes share. */
export function profileTable({ nodes, samples, timeDeltas, startTime }, fromMs, untilMs) {
  const monotonicUs = (ms) => Number(process.hrtime.bigint()) / 1000 - (Date.now() - ms) * 1000;
  const [fromUs, untilUs] = [monotonicUs(fromMs), monotonicUs(untilMs)];
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const selfUs = new Map();
  let atUs = startTime;
  let totalUs = 0;
  samples.forEach((id, i) => {
    atUs += timeDeltas[i];
    if (atUs < fromUs || atUs > untilUs) return;
    const { functionName, url, lineNumber } = byId.get(id).callFrame;
    const file = url.replace(/^.*\/(?=(dist|node_modules)\/)/, '');
    const name = `${functionName || '(anonymous)'} ${file === '' ? '' : `${file}:${lineNumber + 1}`}`;
    selfUs.set(name, (selfUs.get(name) ?? 0) + timeDeltas[i]);
    totalUs += timeDeltas[i];
  });
  const busyUs = totalUs - (selfUs.get('(idle) ') ?? 0);
  const top = [...selfUs].sort(([, a], [, b]) => b - a).slice(0, mostShown);
  printTable(
    ['self time', '% of busy', 'ms'],
    top.map(([name, us]) => [name, ((us / busyUs) * 100).toFixed(1), (us / 1000).toFixed(0)]),
  );
}
