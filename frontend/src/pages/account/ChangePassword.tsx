// A new password: it ends all other sessions, and this one goes on.
import { useRef, type SubmitEvent } from 'react';
import { useMutation } from 'urql';
import { useT } from '../../i18n/translate';
import { graphql } from '../../lib/graphql';
import { useRefusals } from '../../lib/refusals/useRefusals';
import { signedIn } from '../../lib/session/tokens';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Card, Section } from '../../ui/Card';
import { Field } from '../../ui/Field';
import { toast } from '../../ui/toasts';
import { text } from '../signIn/SignInForm';

const Change = graphql(`
  mutation ChangePassword($current: String!, $next: String!) {
    changePassword(current: $current, new: $next) {
      __typename
      ... on SignedIn {
        tokens {
          accessToken
          expiresIn
        }
        user {
          id
          name
          email
          roles
        }
      }
      ... on InvalidInput {
        issues {
          path
          code
          message
        }
      }
      ... on TooManyAttempts {
        retryAfterSeconds
      }
      ... on Refusal {
        message
      }
    }
  }
`);

export function ChangePassword() {
  const t = useT();
  const form = useRef<HTMLFormElement>(null);
  const [{ fetching }, change] = useMutation(Change);
  const { said, general, fields, clear } = useRefusals();
  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const { data, error } = await change({ current: text(given, 'current'), next: text(given, 'new') });
    if (data?.changePassword.__typename !== 'SignedIn') return said({ refusal: data?.changePassword, error });
    signedIn(data.changePassword);
    clear();
    form.current?.reset();
    toast(t('account.password.done'), 'good');
  }
  return (
    <Section title={t('account.password')}>
      <Card className="p-5">
        <form ref={form} onSubmit={(event) => void submit(event)} noValidate className="grid gap-4">
          {general && <Alert>{general}</Alert>}
          <Field label={t('account.password.current')} name="current" type="password" autoComplete="current-password" error={fields['current']} />
          <Field label={t('account.password.new')} hint={t('form.password.hint')} name="new" type="password" autoComplete="new-password" error={fields['new']} />
          <Button type="submit" look="primary" busy={fetching}>
            {t('account.password.submit')}
          </Button>
        </form>
      </Card>
    </Section>
  );
}
