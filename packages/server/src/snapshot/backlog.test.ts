import { describe, expect, it } from 'vitest';
import { Backlog } from './backlog.ts';

const held = () => Promise.withResolvers<void>();

describe('work that goes on while more is brought', () => {
  it('takes in so much and no more until something is done', async () => {
    const backlog = new Backlog(2);
    const [first, second] = [held(), held()];
    let third = false;
    await backlog.add(() => first.promise);
    await backlog.add(() => second.promise);
    const waiting = backlog.add(async () => {
      third = true;
    });
    await Promise.resolve();
    expect(third).toBe(false);
    first.resolve();
    await waiting;
    expect(third).toBe(true);
    second.resolve();
    await backlog.done();
  });

  it('tells a failure to whoever brings more, and at the end', async () => {
    const backlog = new Backlog(1);
    await backlog.add(() => Promise.reject(new Error('disk')));
    await expect(backlog.add(async () => undefined)).rejects.toThrow('disk');
    await expect(backlog.done()).rejects.toThrow('disk');
  });

  it('settles only when nothing runs any more, also after a failure', async () => {
    const backlog = new Backlog(2);
    const slow = held();
    let ended = false;
    await backlog.add(async () => {
      await slow.promise;
      ended = true;
    });
    await backlog.add(() => Promise.reject(new Error('disk')));
    const settled = backlog.settle();
    slow.resolve();
    await settled;
    expect(ended).toBe(true);
  });
});
