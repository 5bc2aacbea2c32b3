import { checkedCommit, checkRequestOf } from './shared/repository-check.ts';
import { defineStep, done } from './step.ts';

/** Lets the guards begin, below everything else that the machine does, while Odoo starts. Nothing depends on it but when their report is there. */
export const expectCheck = defineStep({
  kind: 'expect-check',
  input: checkedCommit,
  limit: () => 30,
  run: async (input, context) => {
    const { checks } = context.ports;
    // What cannot be begun is found out by who asks for the report.
    void checkRequestOf(input, context).then(
      (request) => checks.expect(request),
      () => undefined,
    );
    return done('the guards were told');
  },
});
