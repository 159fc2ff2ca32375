// Short words about what was done; they go by themselves, and screen readers hear them.
import { createStore } from '../lib/store';

export type Toast = { id: number; text: string; tone: 'plain' | 'good' | 'bad' };
export const toasts = createStore<Toast[]>([]);

const STAYS = 6_000;
let last = 0;

export function toast(text: string, tone: Toast['tone'] = 'plain'): void {
  const id = ++last;
  toasts.set([...toasts.get().slice(-3), { id, text, tone }]);
  setTimeout(() => dismiss(id), STAYS);
}

export function dismiss(id: number): void {
  toasts.set(toasts.get().filter((one) => one.id !== id));
}
