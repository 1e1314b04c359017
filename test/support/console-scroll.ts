import type { Page } from 'playwright-core';

export interface Scrolled {
  /** Text of the first cell by row number, of every row that was in sight. */
  readonly texts: Readonly<Record<string, string>>;
  /** Most rows that were in the page at a time. */
  readonly mostRows: number;
  /** Row numbers that stood in the page twice, or with another text than before. */
  readonly wrong: readonly string[];
}

/** Scrolls the table from its top to its end, two screens at a time, as rows beside those in sight are there, too; each as soon as they are filled. */
export async function scrollThrough(page: Page, label: string): Promise<Scrolled> {
  return await page.evaluate<Scrolled>(`(async (label) => {
    const scroller = document.querySelector('[role=region][aria-label="' + label + '"]');
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const found = { texts: {}, mostRows: 0, wrong: [] };
    const look = () => {
      const rows = [...scroller.querySelectorAll('tbody tr[aria-rowindex]')];
      const numbers = rows.map((row) => row.getAttribute('aria-rowindex'));
      found.mostRows = Math.max(found.mostRows, rows.length);
      found.wrong.push(...numbers.filter((number, i) => numbers.indexOf(number) !== i));
      // Not yet drawn anew after the last scroll: without the row in the middle of what is in sight.
      const middle = Math.floor((scroller.scrollTop + scroller.clientHeight / 2) / rows[0].offsetHeight) + 1;
      let isWhole = numbers.includes(String(middle));
      for (const [i, row] of rows.entries()) {
        const text = row.cells[0].innerText;
        if (text === '') isWhole = false;
        else if ((found.texts[numbers[i]] ??= text) !== text) found.wrong.push(numbers[i]);
      }
      return isWhole;
    };
    for (let frames = 0; frames < 20000; frames++) {
      await frame();
      if (!look()) continue;
      const before = scroller.scrollTop;
      scroller.scrollTop += 2 * scroller.clientHeight;
      await frame();
      if (scroller.scrollTop === before && look()) return found;
    }
    throw new Error('it does not come to an end');
  })(${JSON.stringify(label)})`);
}
