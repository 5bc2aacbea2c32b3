import { randomBytes } from 'node:crypto';
import { seconds } from '@slipway/contracts/project-config';
import type { tokenBody } from '@slipway/contracts/token-views';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { Slipway } from '../flows/slipway.ts';
import { recordAudit } from '../store/audit.ts';
import { inTransaction } from '../store/queryable.ts';
import { listTokens, revokeToken, saveToken } from '../store/tokens.ts';
import { addRoute } from './api.ts';
import { hashOfToken, TOKEN_PREFIX } from './callers.ts';

const BYTES = 32;

export const tokenRoutes = (app: FastifyInstance, slipway: Slipway): void => {
  addRoute(app, 'tokens', () => listTokens(slipway.db));
  addRoute(app, 'createToken', async (call) => {
    const { name, email, scopes, expires } = call.body as z.output<typeof tokenBody>;
    const token = `${TOKEN_PREFIX}${randomBytes(BYTES).toString('base64url')}`;
    const until = expires === 'never' ? null : slipway.clock.now().getTime() + seconds(expires) * 1000;
    const expiresAt = until === null ? null : new Date(until).toISOString();
    return inTransaction(slipway.db, async (db) => {
      const saved = await saveToken(db, {
        ...{ id: slipway.newId('tok'), name, email, scopes: [...new Set(scopes)] },
        ...{ sha256: hashOfToken(token), createdBy: call.who, expiresAt },
      });
      const details = { id: saved.id, email, scopes, expiresAt };
      await recordAudit(db, { who: call.who, what: 'token.create', target: name, details });
      return { ...saved, token };
    });
  });
  addRoute(app, 'revokeToken', (call) =>
    inTransaction(slipway.db, async (db) => {
      const revoked = await revokeToken(db, call.parameters['name'] ?? '');
      await recordAudit(db, { who: call.who, what: 'token.revoke', target: revoked.name, details: { id: revoked.id } });
      return revoked;
    }),
  );
};
