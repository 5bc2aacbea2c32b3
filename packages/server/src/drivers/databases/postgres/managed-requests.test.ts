import { describe, expect, it } from 'vitest';
import { cgroupParent, containerBody } from './managed-requests.ts';

const folders = { data: '/d/data', socket: '/d/socket', config: '/d/config' } as Parameters<typeof containerBody>[1];
const bodyWith = (parent: string | null) =>
  containerBody({ instance: 'a1', image: 'postgres:17' }, folders, {
    port: 5433,
    imageId: 'sha256:1',
    cgroupParent: parent,
  });

describe('the container of our PostgreSQL', () => {
  it('has a group of its own beside the one of all other containers, so that it does not wait with them', () => {
    expect(bodyWith(cgroupParent('cgroupfs')).HostConfig?.CgroupParent).toBe('/');
    expect(bodyWith(cgroupParent('systemd')).HostConfig?.CgroupParent).toBe('slipway.slice');
  });

  it('is where Docker puts it when Docker has no groups', () => {
    for (const driver of ['none', undefined])
      expect(bodyWith(cgroupParent(driver)).HostConfig).not.toHaveProperty('CgroupParent');
  });

  it('is another one when its group changes, so that it is made anew', () => {
    const labels = [null, '/'].map((parent) => bodyWith(parent).Labels?.['slipway.spec']);
    expect(new Set(labels).size).toBe(2);
  });
});
