/** Where to go after signing in: a path of this shop, and nothing else that may stand in the address. */
export function nextPath(search: string): string {
  const next = new URLSearchParams(search).get('next') ?? '/';
  return /^\/(?![/\\])/.test(next) ? next : '/';
}
