import { useEffect, useState } from 'react';

/** `#L123` → 123. */
export const lineIn = (hash: string): number | null => {
  const found = /^#L([1-9]\d{0,8})$/.exec(hash);
  return found === null ? null : Number(found[1]);
};

export const namedNow = (): number | null => lineIn(window.location.hash);

/** The line in the address. `onGo`: another one was put there, other than by `name`. */
export const useNamedLine = (onGo: (line: number | null) => void) => {
  const [named, setNamed] = useState(namedNow);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is called only sets states.
  useEffect(() => {
    const onHash = (): void => {
      setNamed(namedNow());
      onGo(namedNow());
    };
    window.addEventListener('hashchange', onHash);
    return () => window.removeEventListener('hashchange', onHash);
  }, []);
  const name = (line: number): void => {
    window.history.replaceState(window.history.state, '', `#L${line}`);
    setNamed(line);
  };
  return [named, name] as const;
};
