import { type ReactNode, useEffect, useSyncExternalStore } from 'react';
import { asProblem } from '../api/problem.ts';
import { Icon } from './icon.tsx';
import { Words } from './words.tsx';

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly hint: string;
  readonly bad: boolean;
}

const SHOWN_MS = 6_000;
const MOST = 3;
let toasts: readonly Toast[] = [];
let last = 0;
const watchers = new Set<() => void>();

const set = (next: readonly Toast[]): void => {
  toasts = next;
  for (const watcher of watchers) watcher();
};
const add = (text: string, hint: string, bad: boolean): void => {
  last += 1;
  set([...toasts, { id: last, text, hint, bad }].slice(-MOST));
};
const remove = (id: number): void => set(toasts.filter((toast) => toast.id !== id));

export const say = (text: string): void => add(text, '', false);
/** Stays until it is put away: who looked elsewhere would never know. */
export const sayProblem = (error: unknown): void => {
  const { message, hint } = asProblem(error);
  add(message, hint, true);
};

const watch = (watcher: () => void): (() => void) => {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
};

const OneToast = ({ toast }: { readonly toast: Toast }): ReactNode => {
  useEffect(() => {
    if (toast.bad) return;
    const timer = setTimeout(() => remove(toast.id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [toast]);
  return (
    <div className={`toast ${toast.bad ? 'bad' : ''}`}>
      <Icon name={toast.bad ? 'warning' : 'check'} />
      <div className="foreign">
        <Words text={toast.text} />
        {toast.hint !== '' && (
          <p className="quiet">
            <Words text={toast.hint} />
          </p>
        )}
      </div>
      <button
        type="button"
        className="button bare small only-icon push"
        aria-label="Put this message away"
        onClick={() => remove(toast.id)}
      >
        <Icon name="close" />
      </button>
    </div>
  );
};

export const Toasts = (): ReactNode => {
  const now = useSyncExternalStore(watch, () => toasts);
  return (
    <section className="toasts" aria-label="Messages" aria-live="polite">
      {now.map((toast) => (
        <OneToast key={toast.id} toast={toast} />
      ))}
    </section>
  );
};
