import { fail, type Gate, pass } from './gate.ts';

/** A release rests on what was recorded of it; a record that somebody changed proves nothing. */
export const evidence: Gate = {
  id: 'evidence',
  asks: 'All evidence is as it was written.',
  covers: 'Every file against its hash, the chain, and every signature: what `slipway evidence verify` does.',
  judge: ({ evidence: broken }) =>
    broken === null
      ? pass('every file, link and signature holds')
      : fail(
          `evidence was altered: ${broken}`,
          'Find out who changed it (`slipway evidence verify`), and put the file back as it was, from a backup of the data folder.',
        ),
};
