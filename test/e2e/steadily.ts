/** One person who asks again and again, and notes each time that it went wrong. */
export interface Asked {
  readonly count: number;
  readonly failed: readonly string[];
  /** Milliseconds of the slowest answer. */
  readonly slowest: number;
}

export const steadily = (ask: () => Promise<{ readonly status: number }>): { stop(): Promise<Asked> } => {
  const failed: string[] = [];
  let [count, slowest, going] = [0, 0, true];
  const loop = async (): Promise<void> => {
    while (going) {
      const began = performance.now();
      const outcome = await ask().then(
        ({ status }) => (status < 400 ? null : `status ${status}`),
        (error: unknown) => String(error),
      );
      count += 1;
      slowest = Math.max(slowest, performance.now() - began);
      if (outcome !== null) failed.push(outcome);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const running = loop();
  return {
    stop: async () => {
      going = false;
      await running;
      return { count, failed, slowest: Math.round(slowest) };
    },
  };
};
