import { listenToKeyChanges } from '../../src/store/keys/key-changes';
import { notifyKeyChange } from '../../src/store/keys/key-changes';
import type { AdminApi } from './admin-api';

/** What holders of keys are told while the work is done, in order. */
export async function keyChangesDuring(api: AdminApi, work: () => Promise<unknown>): Promise<string[]> {
  const heard: string[] = [];
  let onEnd: () => void;
  const end = new Promise<void>((resolve) => (onEnd = resolve));
  const subscription = await listenToKeyChanges(
    api.databaseUrl,
    (kid) => {
      if (kid === 'end') onEnd();
      else heard.push(kid);
    },
    (error) => {
      throw error;
    },
  );
  heard.length = 0;
  await work();
  await notifyKeyChange(api.deps.db, 'end');
  await end;
  await subscription.close();
  return heard;
}
