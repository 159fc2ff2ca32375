// Every text of the pages, in Spanish. A key that is missing here is a type error.
import type { en } from '../en';
import { app } from './app';
import { paying } from './paying';
import { refusals } from './refusals';
import { shop } from './shop';
import { signIn } from './signIn';
import { staff } from './staff';
import { words } from './words';

export const es: Record<keyof typeof en, string> = { ...app, ...paying, ...refusals, ...shop, ...signIn, ...staff, ...words };
