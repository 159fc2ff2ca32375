import { useMutation } from 'urql';
import { Link, Redirect } from 'wouter';
import { useSearch } from 'wouter/use-browser-location';
import { useT } from '../../i18n/translate';
import { graphql } from '../../lib/graphql';
import { useRefusals } from '../../lib/refusals/useRefusals';
import { signedIn } from '../../lib/session/tokens';
import { useSession } from '../../lib/session/viewer';
import { Field } from '../../ui/Field';
import { SignInForm, text } from './SignInForm';
import { nextPath } from './next';

const SignIn = graphql(`
  mutation SignIn($input: LoginInput!) {
    login(input: $input) {
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

export default function SignInPage() {
  const t = useT();
  const search = useSearch();
  const { phase } = useSession();
  const [{ fetching }, signIn] = useMutation(SignIn);
  const { said, general, fields } = useRefusals();

  async function submit(form: FormData) {
    const { data, error } = await signIn({ input: { email: text(form, 'email'), password: text(form, 'password') } });
    if (data?.login.__typename === 'SignedIn') signedIn(data.login);
    else said({ refusal: data?.login, error });
  }

  if (phase === 'signedIn') return <Redirect to={nextPath(search)} replace />;
  return (
    <SignInForm
      title={t('signIn.title')}
      submit={t('signIn.submit')}
      busy={fetching}
      said={general}
      onSubmit={(form) => void submit(form)}
      other={
        <>
          {t('signIn.none')}{' '}
          <Link href={`/register${search}`} className="font-medium text-accent underline">
            {t('signIn.register')}
          </Link>
        </>
      }
    >
      <Field label={t('form.email')} name="email" type="email" autoComplete="username" required error={fields['email']} />
      <Field label={t('form.password')} name="password" type="password" autoComplete="current-password" required error={fields['password']} />
    </SignInForm>
  );
}
