/**
 * Asks once for what never changes, and keeps the answers to the `most` last asked: each start of git holds up everything else in this
 * process for milliseconds, and for tens of them while builds take the processor. A refusal, and what is not `lasting`, is asked again.
 */
export const remember = <T>(
  most: number,
  ask: (key: string) => Promise<T>,
  lasting: (answer: T) => boolean = () => true,
): ((key: string) => Promise<T>) => {
  const known = new Map<string, T>();
  return async (key) => {
    const answer = known.has(key) ? (known.get(key) as T) : await ask(key);
    known.delete(key);
    if (!lasting(answer)) return answer;
    known.set(key, answer);
    const [oldest] = known.keys();
    if (known.size > most && oldest !== undefined) known.delete(oldest);
    return answer;
  };
};
