import type { DoctorView, Finding } from '@slipway/contracts/doctor-views';
import { type Check, fail, type Patient, reasonOf } from './check.ts';
import { databaseCheck } from './check-database.ts';
import { certificateCheck, edgeCheck, namesCheck } from './check-edge.ts';
import { diskCheck, dockerCheck, memoryCheck, wallsCheck } from './check-machine.ts';

/** In the order in which people are told. */
const CHECKS: readonly Check[] = [
  databaseCheck,
  dockerCheck,
  edgeCheck,
  namesCheck,
  certificateCheck,
  wallsCheck,
  diskCheck,
  memoryCheck,
];

/** All at once; a check that breaks is itself a finding. */
export const examine = async (patient: Patient, checks = CHECKS): Promise<DoctorView> => {
  const found = await Promise.all(
    checks.map(async ({ name, look }): Promise<readonly Finding[]> => {
      try {
        return [await look(patient)].flat();
      } catch (error) {
        return [
          fail(name, `This could not be looked at: ${reasonOf(error)}`, 'server.log in the data folder may say more.'),
        ];
      }
    }),
  );
  const findings = found.flat();
  return { ok: findings.every(({ state }) => state !== 'fail'), findings };
};
