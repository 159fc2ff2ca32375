import { expect, test } from 'vitest';
import { translate, type Translate } from '../../i18n/translate';
import { fieldErrors, issueText } from './issues';

const t: Translate = (key, ...values) => translate('es', key, values[0]);
const issue = (path: string, code: string, message: string) => ({ path: path.split('.'), code, message });

test('each issue is said at its field, in the language of the reader', () => {
  const issues = [
    issue('input.items.0.custom.quantity', 'RANGE', 'must be 1 to 10000, it is 0'),
    issue('input.items.0.custom.product', 'LENGTH', 'must have 1 to 120 characters, it has 0'),
    issue('new', 'PASSWORD', 'must have 12 to 256 bytes, it has 3'),
  ];
  expect(fieldErrors(t, { __typename: 'InvalidInput', issues })).toEqual({
    'items.0.custom.quantity': 'Tiene que ser de 1 a 10000.',
    'items.0.custom.product': 'Rellena este campo.',
    new: 'Necesita de 12 a 256 caracteres.',
  });
});

test('what this page does not know is shown as the shop says it', () => {
  expect(issueText(t, issue('input.name', 'UNHEARD_OF', 'is too blue'))).toBe('is too blue');
});
