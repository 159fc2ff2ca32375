// Counts what had happened while the connection was lost: one event counts once, however many streams bring it.
import { createStore, useStore } from '../store';

const QUIET = 600;
const LONGEST = 5_000;

export type Recovery = { id: number; events: number };
/** The last recovery that is worth telling; null after it was dismissed. */
export const recovery = createStore<Recovery | null>(null);

let seen: Set<string> | null = null;
let quiet: ReturnType<typeof setTimeout> | undefined;
let longest: ReturnType<typeof setTimeout> | undefined;

export function beginRecovery(): void {
  seen = new Set();
  clearTimeout(longest);
  longest = setTimeout(settle, LONGEST);
  waitForQuiet();
}

/** Every message that carries something is shown here; `cursor` is the place of its event. */
export function arrived(cursor: string): void {
  if (!seen) return;
  seen.add(cursor);
  waitForQuiet();
}

function waitForQuiet() {
  clearTimeout(quiet);
  quiet = setTimeout(settle, QUIET);
}

function settle() {
  clearTimeout(quiet);
  clearTimeout(longest);
  if (seen) recovery.set({ id: (recovery.get()?.id ?? 0) + 1, events: seen.size });
  seen = null;
}

export function useRecovery(): Recovery | null {
  return useStore(recovery);
}
