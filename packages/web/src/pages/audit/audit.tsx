import type { ReactNode } from 'react';
import { useTitle } from '../../shell/announce.ts';
import { PageHeader } from '../../ui/page.tsx';
import { AuditLog } from './audit-log.tsx';

export const AuditPage = (): ReactNode => {
  useTitle('Audit log');
  return (
    <>
      <PageHeader title="Audit log" />
      <AuditLog project={null} />
    </>
  );
};
