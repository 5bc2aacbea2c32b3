import { expect, it } from 'vitest';
import { remember } from './remember.ts';

const asked: string[] = [];
const ask = async (key: string): Promise<string> => {
  asked.push(key);
  if (key === 'broken') throw new Error('no');
  return `${key}!`;
};

it('asks once for each of the last keys, and again for what was refused, did not last or was forgotten', async () => {
  const answer = remember(2, ask, (given) => given !== 'passing!');

  for (const key of ['a', 'b', 'a', 'passing', 'passing', 'c', 'a', 'b']) expect(await answer(key)).toBe(`${key}!`);
  await expect(answer('broken')).rejects.toThrow('no');
  await expect(answer('broken')).rejects.toThrow('no');

  expect(asked).toEqual(['a', 'b', 'passing', 'passing', 'c', 'b', 'broken', 'broken']);
});
