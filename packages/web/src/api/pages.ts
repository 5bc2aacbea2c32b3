import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/react-query';
import { api, keyOf } from './api.ts';
import type { Loose } from './client.ts';
import { nextOf } from './next-of.ts';
import type { Problem } from './problem.ts';
import type { Answer, Asked, ReadName, Rest } from './routes.ts';

export interface Part<Rows> {
  readonly rows: Rows;
  /** Where the next page is; null: that was the last one. */
  readonly next: string | null;
}

export type Paged<Rows> = UseInfiniteQueryResult<InfiniteData<Part<Rows>>, Problem>;

/** A list that grows, page by page, as the header Link of each answer says. */
export const usePages = <Name extends ReadName>(name: Name, asked: Asked<Name>): Paged<Answer<Name>> =>
  useInfiniteQuery<Part<Answer<Name>>, Problem, InfiniteData<Part<Answer<Name>>>, readonly unknown[], string>({
    queryKey: ['pages', ...keyOf(name, asked as Loose).slice(1), name],
    initialPageParam: api.addressOf(name, ...([asked] as unknown as Rest<Name>)),
    queryFn: async ({ pageParam }) => {
      const answer = await api.send('GET', pageParam);
      return { rows: (await answer.json()) as Answer<Name>, next: nextOf(answer.headers.get('link')) };
    },
    getNextPageParam: ({ next }) => next,
  });
