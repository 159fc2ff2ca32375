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

const Register = graphql(`
  mutation Register($input: RegisterInput!) {
    register(input: $input) {
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

export default function RegisterPage() {
  const t = useT();
  const search = useSearch();
  const { phase } = useSession();
  const [{ fetching }, register] = useMutation(Register);
  const { said, general, fields } = useRefusals();

  async function submit(form: FormData) {
    const input = { name: text(form, 'name'), email: text(form, 'email'), password: text(form, 'password') };
    const { data, error } = await register({ input });
    if (data?.register.__typename === 'SignedIn') signedIn(data.register);
    else said({ refusal: data?.register, error });
  }

  if (phase === 'signedIn') return <Redirect to={nextPath(search)} replace />;
  return (
    <SignInForm
      title={t('register.title')}
      submit={t('register.submit')}
      busy={fetching}
      said={general}
      onSubmit={(form) => void submit(form)}
      other={
        <>
          {t('register.have')}{' '}
          <Link href={`/sign-in${search}`} className="font-medium text-accent underline">
            {t('nav.signIn')}
          </Link>
        </>
      }
    >
      <Field label={t('form.name')} name="name" autoComplete="name" required error={fields['name']} />
      <Field label={t('form.email')} name="email" type="email" autoComplete="username" required error={fields['email']} />
      <Field label={t('form.password')} hint={t('form.password.hint')} name="password" type="password" autoComplete="new-password" required error={fields['password']} />
    </SignInForm>
  );
}
