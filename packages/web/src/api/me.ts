import { type Permission, type Role, roleAllows } from '@slipway/contracts/permissions';
import { useQuery } from '@tanstack/react-query';
import { api } from './api.ts';

/** Who is signed in, and what they may. */
export interface Me {
  readonly user: {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly twoFactor: boolean;
  } | null;
  readonly via: string;
  /** May everything in every project. */
  readonly installation: boolean;
  readonly roles: Readonly<Record<string, Role>>;
}

export const ME = ['me', {}, {}] as const;
export const askMe = async (): Promise<Me> => (await (await api.send('GET', '/api/v1/me')).json()) as Me;

export const useMe = (): Me | undefined => useQuery({ queryKey: ME, queryFn: askMe }).data;

export const mayDo = (me: Me | undefined, project: string, permission: Permission): boolean =>
  me !== undefined && (me.installation || roleAllows(me.roles[project], permission));

/** Whether to offer an act at all; the server asks once more. */
export const useMay = (project: string): ((permission: Permission) => boolean) => {
  const me = useMe();
  return (permission) => mayDo(me, project, permission);
};
