export const signIn = {
  'signIn.title': 'Sign in',
  'signIn.submit': 'Sign in',
  'signIn.none': 'No account yet?',
  'signIn.register': 'Register',
  'register.title': 'Create an account',
  'register.submit': 'Create the account',
  'register.have': 'Have an account already?',
  'form.name': 'Name',
  'form.email': 'E-mail address',
  'form.password': 'Password',
  'form.password.hint': 'At least 12 characters. A few words are easy to keep in mind.',
} as const;
