import type { ReactNode } from 'react';
export const BoardPage = (): ReactNode => null;
