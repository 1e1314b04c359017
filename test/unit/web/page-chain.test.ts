import { countRows, firstPage, learnt, maxAhead, maxPages, pagesOf } from '../../../web/src/parts/page-chain';

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
  const moved = 0;
  expect(pagesOf({ first: 0, last: 20, moved }, size, three)).toEqual({ first: 0, last: 0 });
  expect(pagesOf({ first: 65, last: 85, moved }, size, three)).toEqual({ first: 0, last: 1 });
  expect(pagesOf({ first: 265, last: 299, moved }, size, three)).toEqual({ first: 2, last: 2 });
});

it('asks for more on the side where one scrolls to, the faster the more, up to a limit', () => {
  const cursors = Array.from({ length: 40 }, (_, n) => `c${n}`);
  const pagesAt = (moved: number) =>
    pagesOf({ first: 2099, last: 2129, moved }, size, { cursors, total: undefined });
  expect(pagesAt(1)).toEqual({ first: 20, last: 21 });
  expect(pagesAt(9)).toEqual({ first: 20, last: 22 });
  expect(pagesAt(-9)).toEqual({ first: 19, last: 21 });
  const most = { first: Math.floor((2099 - maxAhead) / size), last: 21 };
  expect(pagesAt(-39)).toEqual({ ...most, first: most.first + 1 });
  expect(pagesAt(-40)).toEqual(most);
  expect(pagesAt(-100_000)).toEqual(most);
});
