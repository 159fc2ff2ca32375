// A look at the shop every five seconds, for as long as the page is open and can be seen.
import { useEffect, useEffectEvent, useState } from 'react';
import { useQuery } from 'urql';
import { graphql } from '../../lib/graphql';
import { parsed, type Look } from './metrics';

const EVERY = 5_000;
const KEPT = 61;

const SystemNow = graphql(`
  query SystemNow {
    system {
      openSockets
      dependencies {
        name
        ok
        latencyMs
        detail
      }
      readers {
        name
        lag
      }
    }
  }
`);

export function useLooks() {
  const [{ data, error }, read] = useQuery({ query: SystemNow, requestPolicy: 'network-only' });
  const [looks, setLooks] = useState<Look[]>([]);
  const look = useEffectEvent(async (first: boolean) => {
    if (document.hidden) return;
    if (!first) read({ requestPolicy: 'network-only' });
    const text = await fetch('/metrics').then(
      (answer) => (answer.ok ? answer.text() : ''),
      () => '',
    );
    const samples = parsed(text);
    if (samples.length) setLooks((before) => [...before, { at: performance.now(), samples }].slice(-KEPT));
  });
  useEffect(() => {
    const soon = setTimeout(() => void look(true));
    const timer = setInterval(() => void look(false), EVERY);
    const seenAgain = () => void look(false);
    document.addEventListener('visibilitychange', seenAgain);
    return () => {
      clearTimeout(soon);
      clearInterval(timer);
      document.removeEventListener('visibilitychange', seenAgain);
    };
  }, []);
  return { system: data?.system, error, looks, again: () => read({ requestPolicy: 'network-only' }) };
}
