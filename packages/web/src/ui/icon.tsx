import type { ReactNode } from 'react';

const PATHS = {
  board: 'M3 4h4v9H3zM8.5 4h4v6h-4zM14 4h3v12h-3zM3 15h9.500',
  queue: 'M4 5h12M4 10h12M4 15h7',
  promote: 'M10 16V4m0 0 5 5m-5-5L5 9M4 17h12',
  rocket: 'M10 15V4m0 0L5.500 8.500M10 4l4.500 4.500M4 17h12',
  staging: 'm10 3 7 3.500-7 3.500-7-3.500zM3 10.500 10 14l7-3.500M3 14l7 3.500L17 14',
  production: 'M3 4h14v5H3zM3 11h14v5H3zM6 6.500h.01M6 13.500h.01',
  mail: 'M3 5h14v10H3zM3 6l7 5 7-5',
  backup: 'M4 5c0-1.500 12-1.500 12 0v10c0 1.500-12 1.500-12 0zM4 5c0 1.500 12 1.500 12 0M4 10c0 1.500 12 1.500 12 0',
  audit: 'M5 3h7l4 4v10H5zM12 3v4h4M8 11h5M8 14h5',
  settings:
    'M10 7a3 3 0 1 0 0 6 3 3 0 0 0 0-6M10 2v3m0 10v3m8-8h-3M5 10H2m13.700-5.700-2.100 2.100M6.400 13.600l-2.100 2.100m11.400 0-2.100-2.100M6.400 6.400 4.300 4.300',
  people:
    'M7 9a3 3 0 1 0 0-6 3 3 0 0 0 0 6M2 17c0-3 2-5 5-5s5 2 5 5M13 4a3 3 0 0 1 0 5m1.500 3.500c2 .5 3.500 2 3.500 4.500',
  key: 'M12.500 11a4 4 0 1 0-3.500-3.500L3 13.500V17h3.500v-2H9v-2l1-1',
  webhook: 'M10 3v6M7 9h6M5 12h10M10 12v5',
  health: 'M2 10h4l2-5 4 10 2-5h4',
  terminal: 'M3 4h14v12H3zM6 8l2.500 2L6 12M10 12.500h4',
  search: 'M9 4a5 5 0 1 0 0 10A5 5 0 0 0 9 4m3.700 8.700L17 17',
  more: 'M4.500 10a.5.5 0 1 0 1 0 .5.5 0 1 0-1 0M9.500 10a.5.5 0 1 0 1 0 .5.5 0 1 0-1 0M14.500 10a.5.5 0 1 0 1 0 .5.5 0 1 0-1 0',
  keyboard: 'M2 5h16v10H2zM5 8h.01M8 8h.01M11 8h.01M14 8h.01M6 12h8',
  clip: 'M13.500 6.500 7.800 12.200a1.500 1.500 0 0 0 2.100 2.100l6.200-6.200a3 3 0 0 0-4.200-4.200L5.500 10.300a4.500 4.500 0 0 0 6.400 6.400L16.500 12',
  menu: 'M3 5h14M3 10h14M3 15h14',
  close: 'M5 5l10 10M15 5 5 15',
  copy: 'M7 7h9v9H7zM4 13V4h9',
  check: 'm4 10 4 4 8-9',
  out: 'M8 4H4v12h12v-4M11 4h5v5M16 4l-7 7',
  branch:
    'M6 6v8M6 3.500a1.500 1.500 0 1 0 0 3 1.500 1.500 0 0 0 0-3m0 10a1.500 1.500 0 1 0 0 3 1.500 1.500 0 0 0 0-3M14 4.500a1.500 1.500 0 1 0 0 3 1.500 1.500 0 0 0 0-3m0 3c0 3-8 2-8 5',
  moon: 'M16 12A7 7 0 0 1 8 4a7 7 0 1 0 8 8',
  sun: 'M10 7a3 3 0 1 0 0 6 3 3 0 0 0 0-6M10 2v2m0 12v2m8-8h-2M4 10H2m13-5-1.500 1.500M6.500 13.500 5 15m10 0-1.500-1.500M6.500 6.500 5 5',
  refresh: 'M16 10a6 6 0 1 1-2-4.500L16 7m0-4v4h-4',
  down: 'M10 3v10m0 0 4-4m-4 4L6 9M4 17h12',
  chevron: 'm6 8 4 4 4-4',
  sleep: 'M5 6h5l-5 6h5M12 9h4l-4 5h4',
  user: 'M10 10a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7M3.500 17c0-3.500 3-5.500 6.500-5.500s6.500 2 6.500 5.500',
  warning: 'M10 3 2 17h16zM10 8v4M10 14.500h.01',
  wrap: 'M3 5h14M3 10h11a3 3 0 0 1 0 6h-3m0 0 2-2m-2 2 2 2M3 15h4',
} as const;

export type IconName = keyof typeof PATHS;

/** Beside a word; where it stands alone, its button has the word. */
export const Icon = ({ name }: { readonly name: IconName }): ReactNode => (
  <svg className="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
    <path
      d={PATHS[name]}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  </svg>
);
