import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api } from '../../api/api.ts';
import type { Problem } from '../../api/problem.ts';
import { Loaded } from '../../ui/states.tsx';

/** A browser that lays out megabytes of base64 stands still: the rest is in the download. */
const SHOWN_CHARACTERS = 200_000;

export const MailSource = ({
  parameters,
}: {
  readonly parameters: { readonly environment: string; readonly mail: string };
}): ReactNode => {
  const query = useQuery<string, Problem>({
    queryKey: ['mailRaw', parameters, {}],
    queryFn: async ({ signal }) => (await api.send('GET', api.addressOf('mailRaw', { parameters }), { signal })).text(),
  });
  return (
    <Loaded query={query}>
      {(text) => (
        <>
          <pre className="mail-text mono foreign">{text.slice(0, SHOWN_CHARACTERS)}</pre>
          {text.length > SHOWN_CHARACTERS && <p className="quiet inside">The rest of it is in the download.</p>}
        </>
      )}
    </Loaded>
  );
};
