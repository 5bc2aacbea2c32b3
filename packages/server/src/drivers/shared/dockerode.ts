/**
 * dockerode without what it loads for features that nobody uses here: sessions of BuildKit (gRPC) and Docker over SSH are three
 * quarters of its modules, and 7 MB of the control plane (decision 0118). We speak to the Engine through its socket only.
 */
import { createRequire, Module } from 'node:module';
import type Dockerode from 'dockerode';

const require = createRequire(import.meta.url);
const fromDockerode = createRequire(require.resolve('dockerode'));

const UNUSED = ['./session', 'docker-modem/lib/ssh'];

/** Whoever calls it after all is told so. */
const leaveOut = (name: string): void => {
  const filename = fromDockerode.resolve(name);
  const left = new Module(filename);
  left.loaded = true;
  left.exports = (): never => {
    throw new Error(`${name} of dockerode is left out of Slipway`);
  };
  fromDockerode.cache[filename] ??= left;
};

UNUSED.forEach(leaveOut);

export const Docker = require('dockerode') as typeof Dockerode;
