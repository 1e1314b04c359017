// CPU time and memory of a process and its children, from /proc (Linux only).
import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = 100;
const pageBytes = 4096;

function readAll() {
  const all = new Map();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const fields = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
      // utime, stime and those of children that have ended: a closed PostgreSQL connection still counts.
      const cpuSeconds = (fields[11] + fields[12] + fields[13] + fields[14]) / ticksPerSecond;
      all.set(Number(entry), { parent: fields[1], cpuSeconds, rssBytes: fields[21] * pageBytes });
    } catch (error) {
      if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error;
    }
  }
  return all;
}

export function processCost(pid, isTree) {
  const all = readAll();
  const members = new Set([pid]);
  for (let grew = isTree; grew;) {
    grew = false;
    for (const [child, { parent }] of all) {
      if (!members.has(child) && members.has(parent)) {
        members.add(child);
        grew = true;
      }
    }
  }
  let cpuSeconds = 0;
  for (const member of members) cpuSeconds += all.get(member)?.cpuSeconds ?? 0;
  return { cpuSeconds, rssBytes: all.get(pid)?.rssBytes ?? 0 };
}
