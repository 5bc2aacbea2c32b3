import type Docker from 'dockerode';
import type { SlotState } from '../../../ports/workload.ts';

/** Reads back what is really there. Ports stand in labels, because the address is not known before the start. */
export const slotState = (info: Docker.ContainerInspectInfo | undefined): SlotState => {
  if (info === undefined) return { kind: 'absent' };
  const image = info.Config.Image;
  const address = Object.values(info.NetworkSettings.Networks)[0]?.IPAddress;
  if (!info.State.Running || info.State.Restarting || !address)
    return { kind: 'stopped', exitCode: info.State.ExitCode, outOfMemory: info.State.OOMKilled, image };
  const port = Number(info.Config.Labels['slipway.http-port'] ?? 8069);
  const websocketPort = Number(info.Config.Labels['slipway.websocket-port'] ?? port);
  return { kind: 'running', image, upstream: { host: address, port, websocketPort } };
};
