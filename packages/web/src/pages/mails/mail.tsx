import type { MailView } from '@slipway/contracts/views';
import { type ReactNode, useState } from 'react';
import { useLocation, useParams } from 'wouter';
import { api, useAct, useRead } from '../../api/api.ts';
import { byteWords } from '../../lib/time-words.ts';
import { useTitle } from '../../shell/announce.ts';
import { Icon } from '../../ui/icon.tsx';
import { PageHeader, Panel } from '../../ui/page.tsx';
import { Loaded } from '../../ui/states.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Ago } from '../../ui/time.tsx';
import { say, sayProblem } from '../../ui/toasts.tsx';
import { MailFrame } from './mail-frame.tsx';
import { MailSource } from './mail-source.tsx';
import './mails.css';
import { environmentOf, mailsPath } from './paths.ts';

export const MailPage = (): ReactNode => {
  useTitle('Mail');
  const { project = '', name = '', mail = '' } = useParams<{ project: string; name: string; mail: string }>();
  const parameters = { environment: environmentOf(project, name), mail };
  const query = useRead('mail', { parameters });
  return <Loaded query={query}>{(view) => <OneMail mail={view} back={mailsPath(project, name)} name={name} />}</Loaded>;
};

const OneMail = ({
  mail,
  back,
  name,
}: {
  readonly mail: MailView;
  readonly back: string;
  readonly name: string;
}): ReactNode => (
  <>
    <PageHeader
      title={mail.subject === '' ? '(no subject)' : mail.subject}
      crumbs={[{ word: `Mails of ${name}`, to: back }]}
      acts={<Acts mail={mail} back={back} />}
    />
    <div className="stack">
      <Facts mail={mail} />
      {mail.attachments.length > 0 && <Attachments mail={mail} />}
      <Forms mail={mail} />
    </div>
  </>
);

const parametersOf = ({ environment, id }: MailView) => ({ environment, mail: id });

const Acts = ({ mail, back }: { readonly mail: MailView; readonly back: string }): ReactNode => {
  const remove = useAct('deleteMail');
  const [, go] = useLocation();
  const confirm = (): void =>
    remove.mutate(
      { parameters: parametersOf(mail) },
      {
        onSuccess: () => {
          say('The mail is deleted.');
          go(back, { replace: true });
        },
        onError: sayProblem,
      },
    );
  return (
    <>
      <a className="button" href={api.addressOf('mailRaw', { parameters: parametersOf(mail) })} download>
        <Icon name="down" /> Download
      </a>
      <button type="button" className="button danger" disabled={remove.isPending} onClick={confirm}>
        Delete
      </button>
    </>
  );
};

/** Who would have got it is the envelope: blind copies are nowhere else. */
const Facts = ({ mail }: { readonly mail: MailView }): ReactNode => (
  <dl className="facts">
    <dt>From</dt>
    <dd className="foreign">{mail.from === '' ? mail.sender : mail.from}</dd>
    <dt>To</dt>
    <dd className="foreign">{mail.to}</dd>
    <dt>Would have gone to</dt>
    <dd className="foreign">{mail.recipients.join(', ')}</dd>
    <dt>Caught</dt>
    <dd>
      <Ago at={mail.receivedAt} />, {byteWords(mail.bytes)}
    </dd>
  </dl>
);

const Attachments = ({ mail }: { readonly mail: MailView }): ReactNode => (
  <Panel title="Attachments">
    <ul className="attachments">
      {mail.attachments.map(({ name, type, bytes }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: its number is what an attachment is asked for by.
        <li key={index} className="row">
          <a
            className="foreign"
            href={api.addressOf('mailAttachment', { parameters: { ...parametersOf(mail), index } })}
            download
          >
            {name}
          </a>
          <span className="quiet foreign cut">{type}</span>
          <span className="quiet push">{byteWords(bytes)}</span>
        </li>
      ))}
    </ul>
  </Panel>
);

const Forms = ({ mail }: { readonly mail: MailView }): ReactNode => {
  const [chosen, setChosen] = useState('page');
  const address = api.addressOf('mailHtml', { parameters: parametersOf(mail) });
  const tabs = [
    ...(mail.html === ''
      ? []
      : [{ key: 'page', word: 'Page', content: () => <MailFrame address={address} subject={mail.subject} /> }]),
    {
      key: 'text',
      word: 'Text',
      content: () =>
        mail.text === '' ? (
          <p className="quiet">It has no part in plain text.</p>
        ) : (
          <pre className="mail-text foreign">{mail.text}</pre>
        ),
    },
    { key: 'source', word: 'Source', content: () => <MailSource parameters={parametersOf(mail)} /> },
  ];
  return (
    <div className="panel mail-forms">
      <Tabs label="The mail as" tabs={tabs} chosen={chosen} onChoose={setChosen} />
    </div>
  );
};
