import { type Check, sql } from '../entry.ts';

export const scriptsInPages: Check = {
  id: 'scripts-in-pages',
  meaning:
    'A page that a person changed holds a script of an analytics or advertising service. It runs in the browser of whoever visits, past every wall around the container.',
  mend: 'Take the script out of the page in the website editor.',
  holds: 'on-arrival',
  severity: 'tell',
  needs: { ir_ui_view: ['arch_db', 'arch_updated', 'active'] },
  query: () =>
    sql(`select 'ir_ui_view ' || id as what from ir_ui_view
          where active and arch_updated and arch_db::text ~* '(googletagmanager|gtag\\(|fbq\\(|hotjar|matomo|_paq|plausible[.]io|clarity[.]ms)'`),
};
