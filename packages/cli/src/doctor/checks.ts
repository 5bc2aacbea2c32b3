import { databaseCheck } from './check-database.ts';
import { dockerCheck, imageCheck } from './check-docker.ts';
import { diskCheck, dockerDiskCheck, memoryCheck, namesCheck, rootCheck } from './check-machine.ts';
import { apiPortCheck, edgePortCheck } from './check-ports.ts';
import { gitCheck, mmdebstrapCheck, nodeCheck } from './check-programs.ts';
import { projectCheck } from './check-project.ts';
import { wallsCheck } from './check-walls.ts';
import { type Check, type Finding, fail, type Place } from './finding.ts';

/** What `slipway doctor` looks at, in the order in which it says so. */
export const CHECKS: readonly Check[] = [
  rootCheck,
  nodeCheck,
  gitCheck,
  dockerCheck,
  imageCheck,
  databaseCheck,
  wallsCheck,
  mmdebstrapCheck,
  diskCheck,
  dockerDiskCheck,
  memoryCheck,
  apiPortCheck,
  edgePortCheck,
  namesCheck,
  projectCheck,
];

/** All at once; a check that breaks is itself a finding. */
export const examine = (place: Place): Promise<readonly Finding[]> =>
  Promise.all(
    CHECKS.map((check) =>
      check.look(place).catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        return fail(check.name, `This could not be looked at: ${why}`, 'Run it again with --debug, and report it.');
      }),
    ),
  );
