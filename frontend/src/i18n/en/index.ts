// Every text of the pages, in English: one file for each part of the shop.
import { account } from './account';
import { app } from './app';
import { notifications } from './notifications';
import { orders } from './orders';
import { paying } from './paying';
import { refusals } from './refusals';
import { shop } from './shop';
import { signIn } from './signIn';
import { staff } from './staff';
import { words } from './words';

export const en = { ...account, ...app, ...notifications, ...orders, ...paying, ...refusals, ...shop, ...signIn, ...staff, ...words } as const;
