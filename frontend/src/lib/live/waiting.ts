// How long to wait before the next try to connect: longer each time, but never longer than until the network is back.
const FIRST = 250;
const LONGEST = 10_000;

export function delay(retries: number, random = Math.random()): number {
  return Math.min(LONGEST, FIRST * 2 ** Math.min(retries, 10)) * (0.5 + random / 2);
}

export function untilWorthTrying(retries: number): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer);
      window.removeEventListener('online', go);
      resolve();
    };
    const timer = setTimeout(() => {
      if (navigator.onLine) go();
    }, delay(retries));
    window.addEventListener('online', go);
  });
}
