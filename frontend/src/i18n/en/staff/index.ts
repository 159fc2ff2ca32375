// The texts of the staff's pages, in English.
import { board } from './board';
import { catalogue } from './catalogue';
import { system } from './system';
import { users } from './users';
import { webhooks } from './webhooks';

export const staff = { ...board, ...catalogue, ...system, ...users, ...webhooks } as const;
