import { z } from 'zod';
import { duration, secretName, size } from './config-values.ts';

export const egressSection = z.strictObject({
  allow: z
    .array(
      z
        .string()
        .regex(/^(\*\.)?([a-z0-9-]+\.)*[a-z0-9-]+(:\d{1,5})?$/, 'a host name, *.domain, each with an optional :port'),
    )
    .default([])
    .describe('Hosts that may be reached; everything else is refused and recorded.'),
});

/** How Odoo runs in the containers of any stage. */
export const containers = {
  memory: size.default('1Gi').describe('Memory limit of the container.'),
  cpus: z.number().min(0.1).max(64).default(1).describe('CPU limit of the container.'),
  workers: z.int().min(0).max(16).default(0).describe('Odoo workers; 0 = one threaded process.'),
  boot_timeout: duration.default('180s').describe('How long Odoo may take to be ready.'),
  update_timeout: duration.default('60m').describe('How long installing, updating and testing may take.'),
  environment: z
    .record(secretName, z.string())
    .default({})
    .describe('Environment variables of the container. No secrets here.'),
  secrets: z
    .array(secretName)
    .default([])
    .describe('Names of secrets (set with `slipway secret set`) handed to the container as variables.'),
};

/** How it runs in those of a copy. */
export const runtime = {
  ...containers,
  egress: egressSection.prefault({}).describe('What the containers may reach outside.'),
  parameters: z
    .record(z.string().min(1), z.string())
    .default({})
    .describe('System parameters (ir.config_parameter) of the copy: test endpoints and test keys.'),
};
