// The texts of the staff's pages, in English.
import { board } from './board';

export const staff = { ...board } as const;
