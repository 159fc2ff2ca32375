// The frame that sign-in and register share: a narrow card, its fields, and what the shop said.
import type { ReactNode, SubmitEvent } from 'react';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Page } from '../../ui/Page';

type Props = {
  title: string;
  submit: string;
  busy: boolean;
  said: string | null;
  onSubmit: (form: FormData) => void;
  children: ReactNode;
  other: ReactNode;
};

export function SignInForm({ title, submit, busy, said, onSubmit, children, other }: Props) {
  function send(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (!busy) onSubmit(new FormData(event.currentTarget));
  }
  return (
    <Page title={title} width="narrow">
      <Card className="p-6">
        <form onSubmit={send} noValidate className="grid gap-5">
          {said && <Alert>{said}</Alert>}
          {children}
          <Button type="submit" look="primary" busy={busy}>
            {submit}
          </Button>
        </form>
      </Card>
      <p className="text-center text-sm text-muted">{other}</p>
    </Page>
  );
}

export function text(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}
