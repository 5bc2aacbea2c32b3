import { describe, expect, test } from 'vitest';
import { removeSlot } from '../steps/remove-slot.ts';
import { stopSlot } from '../steps/stop-slot.ts';
import { requireCapabilities } from './capabilities.ts';
import { type Plan, showing } from './plan.ts';

const environment = 'shop/pr-1';
const ALL = { runsOdoo: true, blueGreen: true, sleep: true };
const boot = (slot: string) => ({ name: `boot-${slot}`, kind: 'boot-slot', input: { slot } });
const remove = (slot: 'blue' | 'green') => removeSlot.as(`remove-${slot}`, { environment, slot });
const plan = (steps: Parameters<typeof showing>[1][], cleanUp: Parameters<typeof showing>[1][] = []): Plan => ({
  kind: 'some-plan',
  steps: showing(null, ...steps),
  cleanUp: showing(null, ...cleanUp),
});

const PLANS = {
  sleep: plan([stopSlot.as('stop', { environment, slot: 'blue' })]),
  wake: plan([boot('blue')], [stopSlot.as('stop', { environment, slot: 'blue' })]),
  restart: plan([boot('green'), remove('blue')], [boot('blue'), remove('green')]),
  update: plan([remove('blue'), boot('green')], [remove('green'), boot('blue')]),
  close: plan([remove('blue'), remove('green')]),
};

describe('a plan is refused by a target that', () => {
  test.each([
    ['cannot sleep', 'sleep', ['sleep', 'wake']],
    ['cannot run two slots at once', 'blueGreen', ['restart']],
    ['cannot run Odoo', 'runsOdoo', ['wake', 'restart', 'update']],
  ] as const)('%s', (_, capability, refused) => {
    const target = { kind: 'plain', can: { ...ALL, [capability]: false } };
    const found = Object.entries(PLANS).flatMap(([name, each]) => {
      try {
        requireCapabilities(each, target);
        return [];
      } catch (error) {
        expect(error).toMatchObject({ code: 'capability-missing', facts: { target: 'plain', capability } });
        return [name];
      }
    });

    expect(found).toEqual(refused);
  });
});

test('a target that can do all of it gets every plan', () => {
  for (const each of Object.values(PLANS)) requireCapabilities(each, { kind: 'docker', can: ALL });
});

test('the refusal names target, capability, plan and step', () => {
  expect(() => requireCapabilities(PLANS.restart, { kind: 'plain', can: { ...ALL, blueGreen: false } })).toThrow(
    'Target plain cannot run two versions of an environment side by side (capability blueGreen), which some-plan (step boot-green) needs.',
  );
});
