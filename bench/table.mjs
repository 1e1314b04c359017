/** Prints rows as a Markdown table, so that a run can be pasted into bench/README.md. */
export function printTable(head, rows) {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, i) => Math.max(...cells.map((row) => row[i].length)));
  const line = (row) => `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  const [first, ...rest] = cells;
  console.log(
    ['', line(first), line(widths.map((width) => '-'.repeat(width))), ...rest.map(line), ''].join('\n'),
  );
}
