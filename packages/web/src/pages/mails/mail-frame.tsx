import { type ReactNode, useEffect, useRef, useState } from 'react';
import { webAddress } from '../../lib/safe-href.ts';
import { CopyButton } from '../../ui/copy.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Skeleton } from '../../ui/states.tsx';

interface MailLink {
  readonly words: string;
  /** As it stands in the mail. */
  readonly address: string;
}

const MOST_LINKS = 500;
const MOST_HEIGHT = 20_000;

const addressIn = (link: Element): string =>
  link.getAttribute('href') ?? link.getAttributeNS('http://www.w3.org/1999/xlink', 'href') ?? '';

const linkOf = (link: Element): MailLink => ({ words: link.textContent.trim(), address: addressIn(link).trim() });

/** Within the mail itself. */
const staysInside = ({ address }: MailLink): boolean => address === '' || address.startsWith('#');

const linksIn = (page: Document): readonly MailLink[] =>
  [...page.querySelectorAll('a, area')]
    .slice(0, MOST_LINKS)
    .map(linkOf)
    .filter((link) => !staysInside(link));

/**
 * The page of a mail in a frame of its own, whose answer brings its own policy. It runs nothing, so that a click is heard from out here; it
 * leads nowhere before somebody has seen the whole address.
 */
export const MailFrame = ({ address, subject }: { readonly address: string; readonly subject: string }): ReactNode => {
  const frame = useRef<HTMLIFrameElement>(null);
  const [links, setLinks] = useState<readonly MailLink[] | null>(null);
  const [asked, setAsked] = useState<MailLink | null>(null);
  const fit = (): void => {
    const page = frame.current?.contentDocument?.documentElement;
    if (frame.current !== null && page != null)
      frame.current.style.height = `${Math.min(page.scrollHeight, MOST_HEIGHT)}px`;
  };
  const follow = (event: Event): void => {
    const link = (event.target as Element | null)?.closest?.('a, area');
    if (link == null) return;
    const found = linkOf(link);
    if (staysInside(found)) return;
    event.preventDefault();
    setAsked(found);
  };
  const onLoad = (): void => {
    const page = frame.current?.contentDocument;
    if (page == null) return;
    for (const kind of ['click', 'auxclick']) page.addEventListener(kind, follow, true);
    setLinks(linksIn(page));
    fit();
  };
  useEffect(() => {
    window.addEventListener('resize', fit);
    return () => window.removeEventListener('resize', fit);
  });
  return (
    <>
      {links === null && <Skeleton rows={3} />}
      <iframe
        ref={frame}
        className="mail-frame"
        title={`The mail: ${subject}`}
        src={address}
        sandbox="allow-same-origin"
        referrerPolicy="no-referrer"
        onLoad={onLoad}
      />
      {links !== null && links.length > 0 && <LinkList links={links} onAsk={setAsked} />}
      <LeaveDialog link={asked} onClose={() => setAsked(null)} />
    </>
  );
};

/** Where a link leads is seen without following it; and some browsers let nobody hear a click in such a frame. */
const LinkList = ({
  links,
  onAsk,
}: {
  readonly links: readonly MailLink[];
  onAsk(link: MailLink): void;
}): ReactNode => (
  <details className="mail-links">
    <summary>{links.length === 1 ? 'One link' : `${links.length} links`}</summary>
    <ul>
      {links.map((link, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same link may be there twice, and none moves.
        <li key={index}>
          <button type="button" className="link foreign" onClick={() => onAsk(link)}>
            {link.words === '' ? link.address : link.words}
          </button>
          <code className="quiet foreign">{link.address}</code>
        </li>
      ))}
    </ul>
  </details>
);

const LeaveDialog = ({ link, onClose }: { readonly link: MailLink | null; onClose(): void }): ReactNode => {
  const target = webAddress(link?.address);
  return (
    <Dialog title="Follow the link?" open={link !== null} onClose={onClose}>
      <p>{target === undefined ? 'This leads to no page of the web:' : 'It leads to this address, in a new tab:'}</p>
      <p className="row">
        <code className="mail-address foreign">{target ?? link?.address}</code>
        <CopyButton text={target ?? link?.address ?? ''} label="Copy the address" />
      </p>
      <div className="dialog-acts">
        <button type="button" className="button" onClick={onClose}>
          Stay
        </button>
        {target !== undefined && (
          <a className="button primary" href={target} target="_blank" rel="noopener noreferrer" onClick={onClose}>
            Open {new URL(target).host}
          </a>
        )}
      </div>
    </Dialog>
  );
};
