// The client of whoever is signed in just now.
import { createStore, useStore } from '../store';
import { session } from '../session/viewer';
import { openShop, type Shop } from './client';

type Current = Shop & { who: string };

function who(): string {
  return session.get().viewer?.id ?? 'nobody';
}

const current = createStore<Current>({ who: who(), ...openShop() });

session.subscribe(() => {
  const before = current.get();
  if (before.who === who()) return;
  current.set({ who: who(), ...openShop() });
  before.close();
});

export function useShop(): Current {
  return useStore(current);
}
