// A secret that has just been made: shown once, on the page of its endpoint, and then forgotten.
import { createStore } from '../../lib/store';

export const issued = createStore<{ endpointId: string; secret: string } | null>(null);
