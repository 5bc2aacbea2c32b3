import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import type { Problem } from '../../api/problem.ts';
import { Icon } from '../../ui/icon.tsx';
import { sayProblem } from '../../ui/toasts.tsx';
import { runPath } from '../board/paths.ts';

interface Told {
  readonly run: string;
  readonly words: string;
}

/** What to do when a run was asked for, or was not. */
export interface Asking {
  telling(
    words: string,
    done?: () => void,
  ): {
    onSuccess(answer: { readonly run: string }): void;
    onError(problem: Problem): void;
    onSettled(): void;
  };
}

/** These runs take minutes: the page says where the last one can be watched. */
export const useAsked = (project: string): readonly [asking: Asking, note: ReactNode] => {
  const [told, setTold] = useState<Told | null>(null);
  const asking: Asking = {
    telling: (words, done = () => undefined) => ({
      onSuccess: ({ run }) => setTold({ run, words }),
      onError: sayProblem,
      onSettled: done,
    }),
  };
  const note = (
    <div role="status">
      {told !== null && (
        <div className="note info">
          <Icon name="queue" />
          <p>
            {told.words} <Link href={runPath(project, told.run)}>Watch it</Link>
          </p>
        </div>
      )}
    </div>
  );
  return [asking, note];
};
