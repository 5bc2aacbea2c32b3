import { useAct } from '../../api/api.ts';
import { say, sayProblem } from '../../ui/toasts.tsx';

type Act = 'wakePreview' | 'sleepPreview' | 'approvePreview';

/** Acts on a preview that need no question first. */
export const usePreviewActs = (project: string, number: number) => {
  const wake = useAct('wakePreview');
  const sleep = useAct('sleepPreview');
  const approve = useAct('approvePreview');
  const acts = { wakePreview: wake, sleepPreview: sleep, approvePreview: approve } as const;
  const doing = (act: Act, done: string) => (): void =>
    acts[act].mutate({ parameters: { project, number } }, { onSuccess: () => say(done), onError: sayProblem });
  return {
    wake: doing('wakePreview', `Preview #${number} wakes up.`),
    sleep: doing('sleepPreview', `Preview #${number} goes to sleep.`),
    approve: doing('approvePreview', `Preview #${number} may build.`),
  };
};
