import { say, sayProblem } from '../ui/toasts.tsx';

/**
 * Says how an act ended. The row that it began in may be gone by then, and with it whatever `mutate` was told to do afterwards:
 * hence the promise of `mutateAsync`.
 */
export const told = async (act: Promise<unknown>, done: string, after?: () => void): Promise<void> => {
  try {
    await act;
    say(done);
  } catch (error) {
    sayProblem(error);
  }
  after?.();
};
