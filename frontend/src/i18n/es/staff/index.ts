// The texts of the staff's pages, in Spanish.
import { board } from './board';

export const staff = { ...board };
