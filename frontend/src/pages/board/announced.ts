// What the board says to those who do not see a card move.
import { createStore } from '../../lib/store';

export const announced = createStore('');

export function announce(text: string): void {
  announced.set(text);
}
