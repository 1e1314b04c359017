import { refused } from '../../domain/verdict';
import type { Objection, VetSubject } from './objection';

/** The key takes other tasks only. What a message reports is known of each: one that names no task is an inventory. */
export function taskObjection({ inventory, key }: VetSubject): Objection | undefined {
  const task = inventory.action;
  const isAllowed = key.tasks.length === 0 || key.tasks.includes(task);
  return isAllowed ? undefined : refused('task_not_allowed', { task, allowed: key.tasks });
}
