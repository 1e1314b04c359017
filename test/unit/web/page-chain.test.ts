import { countRows, firstPage, learnt, maxPages, pagesOf } from '../../../web/src/parts/page-chain';

const size = 100;
const page = (count: number, next: string | null) => ({ items: Array.from({ length: count }), next });
const three = learnt(
  learnt(firstPage, { index: 0, cursor: '', page: page(100, 'a') }, size),
  { index: 1, cursor: 'a', page: page(100, 'b') },
  size,
);

it('knows where the next page begins, and gives its rows a place before they are there', () => {
  expect(three).toEqual({ cursors: ['', 'a', 'b'], total: undefined });
  expect(countRows(three, size)).toBe(300);
  expect(learnt(three, { index: 1, cursor: 'a', page: page(100, 'b') }, size)).toBe(three);
});

it('knows how many rows there are from the last page on', () => {
  const whole = learnt(three, { index: 2, cursor: 'b', page: page(7, null) }, size);
  expect(countRows(whole, size)).toBe(207);
  expect(learnt(whole, { index: 2, cursor: 'b', page: page(7, null) }, size)).toBe(whole);
  expect(countRows(learnt(firstPage, { index: 0, cursor: '', page: page(0, null) }, size), size)).toBe(0);
});

it('finds anew what follows a page that ends elsewhere now, and does not believe what was asked for before', () => {
  const moved = learnt(three, { index: 0, cursor: '', page: page(100, 'z') }, size);
  expect(moved).toEqual({ cursors: ['', 'z'], total: undefined });
  expect(learnt(moved, { index: 1, cursor: 'a', page: page(100, 'b') }, size)).toBe(moved);
});

it('ends a list that is higher than browsers can show, and says so', () => {
  const cursors = Array.from({ length: maxPages }, (_, n) => `c${n}`);
  const last = { index: maxPages - 1, cursor: `c${maxPages - 1}`, page: page(100, 'more') };
  const cut = learnt({ cursors, total: undefined }, last, size);
  expect(cut).toEqual({ cursors, total: maxPages * size, isCut: true });
  expect(countRows(cut, size) * 44).toBeLessThan(17_000_000);
});

it('asks for pages in sight and a little around them, as far as they are known', () => {
  expect(pagesOf({ first: 0, last: 20 }, 30, size, three)).toEqual({ first: 0, last: 0 });
  expect(pagesOf({ first: 65, last: 85 }, 30, size, three)).toEqual({ first: 0, last: 1 });
  expect(pagesOf({ first: 265, last: 299 }, 30, size, three)).toEqual({ first: 2, last: 2 });
});
