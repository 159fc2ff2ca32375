// What is written counts when its writer pauses, and not with every letter.
import { useEffect, useEffectEvent, useState } from 'react';

const REST = 300; // milliseconds

/** The text as it was at the last pause. */
export function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), REST);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}

/** What stands in a field, and how to write into it. `value` is what counts so far; `onValue` is told, without spaces around it, what counts from now on. */
export function useWriting(value: string, onValue: (value: string) => void): [string, (written: string) => void] {
  const [own, setOwn] = useState({ written: value, value });
  // Changed from outside, as by the button that clears it; a space before the next word is no such change.
  if (own.value !== value) setOwn({ written: own.written.trim() === value ? own.written : value, value });
  const { written } = own;
  const take = useEffectEvent(() => onValue(written.trim()));
  useEffect(() => {
    if (written.trim() === value.trim()) return;
    const timer = setTimeout(take, REST);
    return () => clearTimeout(timer);
  }, [written, value]);
  return [written, (next) => setOwn({ written: next, value })];
}
