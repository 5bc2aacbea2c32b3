/** One line of JSON for whoever started this process (the CLI shows it to a person). */
export const progress = (what: string, facts: Readonly<Record<string, unknown>> = {}): void => {
  process.stdout.write(`${JSON.stringify({ progress: what, ...facts })}\n`);
};
