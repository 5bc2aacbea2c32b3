import { z } from 'zod';
import { Secret } from '../../../domain/secret.ts';

const secret = z.instanceof(Secret);

export const githubSettings = z.strictObject({
  baseUrl: z
    .url()
    .default('https://api.github.com')
    .describe('Address of the REST API. GitHub Enterprise Server: https://<host>/api/v3.'),
  credentials: z
    .discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('app'),
        appId: z.int().min(1).describe("The App's id, as its settings page shows it."),
        privateKey: secret.describe("The App's private key (PEM)."),
      }),
      z.strictObject({
        kind: z.literal('token'),
        token: secret.describe('A personal access token (fine-grained, or classic with scope repo).'),
      }),
    ])
    .describe('How Slipway signs in: as a GitHub App, or as a person.'),
});

export type GithubSettings = z.input<typeof githubSettings>;
