// "Sign in as": whoever is chosen asks from then on, over HTTP and on websockets.
import { useRef, useState, type SubmitEvent } from 'react';
import { signIn, signOut, useWho } from './session';

const DEMO_PASSWORD = 'swap-shop-demo';
const DEMO = ['customer', 'seller', 'operator', 'admin'];
const OTHER = 'other';
const NOBODY = 'nobody';

export function SignIn() {
  const who = useWho();
  const [said, setSaid] = useState('');
  const form = useRef<HTMLDialogElement>(null);

  async function tried(email: string, password: string, otherwise = ''): Promise<boolean> {
    setSaid('Signing in …');
    try {
      await signIn(email, password);
      setSaid('');
      return true;
    } catch (fault) {
      setSaid(`${(fault as Error).message} ${otherwise}`.trim());
      return false;
    }
  }

  async function chosen(value: string): Promise<void> {
    if (value === NOBODY) signOut();
    else if (value === OTHER) form.current?.showModal();
    else if (!(await tried(`${value}@swapshop.test`, DEMO_PASSWORD, 'This shop has no demo users.'))) form.current?.showModal();
  }

  async function submitted(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const [email, password] = [given.get('email') as string, given.get('password') as string];
    if (await tried(email, password)) form.current?.close();
  }

  return (
    <div className="sign-in">
      <a href="/">Swap Shop</a>
      <span role="status">{said || (who ? `${who.name}, ${who.roles.join(', ')}` : 'not signed in')}</span>
      <select aria-label="Sign in as" value="" onChange={(event) => void chosen(event.target.value)}>
        <option value="" hidden>
          Sign in as …
        </option>
        {DEMO.map((role) => (
          <option key={role} value={role}>
            the demo’s {role}
          </option>
        ))}
        <option value={OTHER}>somebody else …</option>
        {who && <option value={NOBODY}>nobody</option>}
      </select>
      <dialog ref={form} aria-label="Sign in">
        <form onSubmit={(event) => void submitted(event)}>
          <label>
            E-mail <input name="email" type="email" autoComplete="username" required />
          </label>
          <label>
            Password <input name="password" type="password" autoComplete="current-password" required />
          </label>
          <p role="alert">{said}</p>
          <button type="submit">Sign in</button>
          <button type="button" onClick={() => form.current?.close()}>
            Cancel
          </button>
        </form>
      </dialog>
    </div>
  );
}
