// The texts of the staff's pages, in Spanish.
import { board } from './board';
import { webhooks } from './webhooks';

export const staff = { ...board, ...webhooks };
