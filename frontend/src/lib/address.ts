// What stands in the address behind its ?. The hooks that wouter has for it decode once too often: of %2541 they make an A.
import { useMemo } from 'react';
import { navigate, useSearch } from 'wouter/use-browser-location';

type Changes = Record<string, string | undefined>;

/** The parameters, and how to change some of them without a step in the history. */
export function useParameters(): [URLSearchParams, (changes: Changes) => void] {
  const search = useSearch();
  return [useMemo(() => new URLSearchParams(search), [search]), change];
}

function change(changes: Changes): void {
  navigate(changed(location.search, changes) || location.pathname, { replace: true });
}

/** `search` with some of its parameters changed; an empty one is left out. */
export function changed(search: string, changes: Changes): string {
  const params = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value) params.set(name, value);
    else params.delete(name);
  }
  return params.size ? `?${params}` : '';
}
