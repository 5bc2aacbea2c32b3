import type { MailViewInList } from '@slipway/contracts/views';
import { type ReactNode, useEffect, useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import { useRead } from '../../api/api.ts';
import { byteWords } from '../../lib/time-words.ts';
import { Icon } from '../../ui/icon.tsx';
import { Empty, Loaded } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';
import { mailPath } from './paths.ts';

const PAGE = 50;
const TYPING_MS = 250;

interface Where {
  readonly project: string;
  readonly name: string;
  readonly environment: string;
}

/** Search and page are in the address: going back from a mail comes back to them. */
export const MailList = (where: Where): ReactNode => {
  const [parameters, setParameters] = useSearchParams();
  const search = parameters.get('search') ?? '';
  const before = parameters.get('before') ?? '';
  const query = useRead('mails', {
    parameters: { environment: where.environment },
    query: { search, before, limit: String(PAGE) },
  });
  const go = (next: Readonly<Record<string, string>>): void => {
    setParameters(new URLSearchParams(Object.entries(next).filter(([, value]) => value !== '')), { replace: true });
  };
  return (
    <div className="stack">
      <SearchField search={search} onSearch={(text) => go({ search: text })} />
      <Loaded query={query}>
        {(mails) =>
          mails.length === 0 ? (
            <NoneFound search={search} />
          ) : (
            <>
              <MailTable mails={mails} where={where} />
              <Pages
                first={before === ''}
                older={mails.length === PAGE ? mails.at(-1)?.id : undefined}
                onGo={(id) => go({ search, before: id })}
              />
            </>
          )
        }
      </Loaded>
    </div>
  );
};

/** Asks when somebody stops typing, not at each letter. */
const SearchField = ({ search, onSearch }: { readonly search: string; onSearch(text: string): void }): ReactNode => {
  const [typed, setTyped] = useState(search);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is typed begins a search.
  useEffect(() => {
    if (typed === search) return;
    const timer = setTimeout(() => onSearch(typed), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <input
      type="search"
      className="input mail-search"
      data-filter
      aria-label="Search in subject, people and text"
      placeholder="Search in subject, people and text"
      maxLength={200}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
};

const NoneFound = ({ search }: { readonly search: string }): ReactNode =>
  search === '' ? (
    <Empty title="No mail was caught here">
      <p>What this environment sends never reaches anybody. It comes here instead, and stays for 14 days.</p>
    </Empty>
  ) : (
    <Empty title="No mail has that in it">
      <p className="foreign">{search}</p>
    </Empty>
  );

const MailTable = ({
  mails,
  where,
}: {
  readonly mails: readonly MailViewInList[];
  readonly where: Where;
}): ReactNode => (
  <div className="panel">
    <table className="table folds mails">
      <thead>
        <tr>
          <th scope="col">Subject</th>
          <th scope="col">From</th>
          <th scope="col">To</th>
          <th scope="col">Caught</th>
        </tr>
      </thead>
      <tbody>
        {mails.map((mail) => (
          <MailRow key={mail.id} mail={mail} where={where} />
        ))}
      </tbody>
    </table>
  </div>
);

/** `to` is what the mail says; who is left out there and got it all the same is in the envelope. */
const MailRow = ({ mail, where }: { readonly mail: MailViewInList; readonly where: Where }): ReactNode => (
  <tr>
    <td>
      <Link href={mailPath(where.project, where.name, mail.id)} className="foreign subject">
        {mail.subject === '' ? '(no subject)' : mail.subject}
      </Link>
      {mail.attachments.length > 0 && (
        <span
          className="chip"
          title={mail.attachments.map(({ name, bytes }) => `${name}, ${byteWords(bytes)}`).join('\n')}
        >
          <Icon name="clip" />
          {mail.attachments.length}
          <span className="hidden-word"> attached</span>
        </span>
      )}
    </td>
    <td data-label="From" className="foreign">
      {mail.from === '' ? mail.sender : mail.from}
    </td>
    <td data-label="To" className="foreign">
      {mail.to === '' ? mail.recipients.join(', ') : mail.to}
    </td>
    <td data-label="Caught">
      <Ago at={mail.receivedAt} />
    </td>
  </tr>
);

const Pages = ({
  first,
  older,
  onGo,
}: {
  readonly first: boolean;
  readonly older: string | undefined;
  onGo(before: string): void;
}): ReactNode =>
  first && older === undefined ? null : (
    <nav className="row" aria-label="Pages of mails">
      {!first && (
        <button type="button" className="button" onClick={() => onGo('')}>
          Newest
        </button>
      )}
      {older !== undefined && (
        <button type="button" className="button push" onClick={() => onGo(older)}>
          Older
        </button>
      )}
    </nav>
  );
