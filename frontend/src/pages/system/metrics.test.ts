import { expect, test } from 'vitest';
import { gauges, parsed, rate, rates, sum } from './metrics';

const TEXT = `# HELP swapshop_events_total Events.
# TYPE swapshop_events_total counter
swapshop_events_total{type="ORDER_CREATED"} 3.0
swapshop_events_total{type="ORDER_READY"} 2.0
swapshop_open_sockets 4
broken line
swapshop_odd NaN
`;
const look = (at: number, count: number) => ({ at, samples: parsed(`x_total{a="1"} ${count}\nmem 7`) });

test('samples are read, and what is no number is not', () => {
  const samples = parsed(TEXT);
  expect(samples).toHaveLength(3);
  expect(sum(samples, 'swapshop_events_total')).toBe(5);
  expect(sum(samples, 'swapshop_events_total', 'type="ORDER_READY"')).toBe(2);
  expect(sum(samples, 'swapshop_nothing')).toBeNull();
});

test('a rate is by the second', () => {
  expect(rate(look(0, 10), look(5_000, 30), 'x_total')).toBe(4);
  expect(rate(look(0, 10), look(0, 30), 'x_total')).toBeNull();
});

test('a process that began anew began at 0', () => {
  expect(rate(look(0, 1_000), look(1_000, 3), 'x_total')).toBe(3);
});

test('a plot has a point for each pair of looks', () => {
  expect(rates([look(0, 0), look(1_000, 2), look(2_000, 2)], 'x_total')).toEqual([2, 0]);
  expect(gauges([look(0, 0), look(1, 0)], 'mem')).toEqual([7, 7]);
});
