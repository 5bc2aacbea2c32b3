import { type UseMutationResult, useMutation } from '@tanstack/react-query';
import { api } from '../../api/api.ts';
import type { Problem } from '../../api/problem.ts';
import type { Answer, Asked, Rest, RouteName } from '../../api/routes.ts';

/** As `useAct`, but asks for nothing anew: the page that it leads to does, and the link in this one is worthless now. */
export const useEntry = <Name extends RouteName>(name: Name): UseMutationResult<Answer<Name>, Problem, Asked<Name>> =>
  useMutation<Answer<Name>, Problem, Asked<Name>>({
    mutationFn: (asked) => api.call(name, ...([asked] as unknown as Rest<Name>)),
  });
