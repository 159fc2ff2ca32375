// How often a cursor was too old to go on from: what happened in between is not told any more, only read again.
import { createStore } from '../store';

export const gaps = createStore(0);
