// Every text of the pages, in Spanish. A key that is missing here is a type error.
import type { en } from '../en';
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

export const es: Record<keyof typeof en, string> = { ...account, ...app, ...notifications, ...orders, ...paying, ...refusals, ...shop, ...signIn, ...staff, ...words };
