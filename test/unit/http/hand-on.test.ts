import { handOn } from '../../../src/http/admin/hand-on';

/** Work that ends when the test says. */
function aSlowWorker(maxWaitingItems: number) {
  const batches: number[][] = [];
  const over: unknown[] = [];
  let finish: (error?: Error) => void = () => undefined;
  const handing = handOn<number>(
    maxWaitingItems,
    (items) => {
      batches.push([...items]);
      return new Promise<void>((resolve, reject) => {
        finish = (error) => {
          if (error === undefined) resolve();
          else reject(error);
        };
      });
    },
    (why) => over.push(why),
  );
  const offer = (...items: number[]): void => {
    for (const item of items) handing.offer(item);
  };
  const done = async (error?: Error): Promise<void> => {
    finish(error);
    await new Promise(setImmediate);
  };
  return { handing, batches, over, offer, done };
}

it('hands on in order, what came meanwhile at once, and nothing before it starts', async () => {
  const { handing, batches, over, offer, done } = aSlowWorker(3);
  offer(1, 2);
  expect(batches).toEqual([]);
  handing.start();
  offer(3, 4, 5);
  await done();
  await done();
  offer(6);
  expect([batches, over]).toEqual([[[1, 2], [3, 4, 5], [6]], []]);
});

it('lets so many wait, and is over with the next: no more is handed on, and it is told once', async () => {
  const { handing, batches, over, offer, done } = aSlowWorker(3);
  handing.start();
  offer(1, 2, 3, 4);
  expect(over).toEqual([]);
  offer(5, 6, 7);
  expect(over).toEqual([new Error('more than 3 wait')]);
  await done();
  offer(8);
  expect([batches, over.length]).toEqual([[[1]], 1]);
});

it('is over when the work throws, and when it is stopped', async () => {
  const broken = aSlowWorker(3);
  broken.handing.start();
  broken.offer(1, 2);
  await broken.done(new Error('no database'));
  broken.offer(3);
  expect([broken.batches, broken.over]).toEqual([[[1]], [new Error('no database')]]);
  const stopped = aSlowWorker(3);
  stopped.handing.start();
  stopped.offer(1, 2);
  stopped.handing.stop();
  await stopped.done();
  expect([stopped.batches, stopped.over]).toEqual([[[1]], []]);
});
