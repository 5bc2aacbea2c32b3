import { Failure } from '@slipway/contracts/failure';
import { describe, expect, it } from 'vitest';
import { asDockerFailure, askDocker, dockerAt, dockerReason } from './docker-engine.ts';

describe('asDockerFailure', () => {
  it('says that Docker does not answer when there is no socket', async () => {
    const docker = dockerAt('/nonexistent/docker.sock');

    await expect(askDocker(() => docker.ping())).rejects.toMatchObject({ code: 'docker-unreachable' });
  });

  it('knows a full disk from the words of the Engine', () => {
    const error = Object.assign(new Error('(HTTP code 500) server error - write /x: no space left on device'), {
      statusCode: 500,
    });

    expect(asDockerFailure(error)).toMatchObject({
      code: 'disk-full',
      facts: { reason: 'write /x: no space left on device' },
    });
  });

  it('leaves any other answer of the Engine as it is', () => {
    const error = Object.assign(new Error('(HTTP code 409) conflict - in use'), { statusCode: 409 });

    expect(asDockerFailure(error)).toBe(error);
    expect(dockerReason(error)).toBe('in use');
    expect(asDockerFailure(error)).not.toBeInstanceOf(Failure);
  });
});
