import type { approveBody, promoteBody } from '@slipway/contracts/api-promotions';
import { Failure } from '@slipway/contracts/failure';
import type { PromotionView } from '@slipway/contracts/promotion-views';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { approvePromotion, judgeAgain, refusePromotion } from '../flows/decide-promotion.ts';
import { goPromotion, type PromotionRequest, previewPromotion, requestPromotion } from '../flows/promote.ts';
import type { Slipway } from '../flows/slipway.ts';
import { namesOf } from '../store/names.ts';
import { formerAddresses } from '../store/profiles.ts';
import { projectByName } from '../store/projects.ts';
import { approvalsOf, listPromotions, type Promotion, promotion, tidyPromotions } from '../store/promotions.ts';
import { deploymentTimes } from '../views/deployment-times.ts';
import { peopleIn, promotionRow, promotionViewOf, wouldBeView } from '../views/promotion-view.ts';
import { addRoute, type Call } from './api.ts';
import { pageOf } from './page.ts';

const PAGE = 20;

/** As it is now: one that is open waits for time and people, and both move without anybody asking. */
const viewOf = async (slipway: Slipway, name: string, id: string): Promise<PromotionView> => {
  const now = slipway.clock.now().toISOString();
  await tidyPromotions(slipway.db, name, now);
  const found = await promotion(slipway.db, name, id);
  if (found === null) throw new Failure('promotion-unknown', { promotion: id, project: name });
  const approvals = await approvalsOf(slipway.db, id);
  const facts = { ...found.facts, approvals, ...(found.state === 'open' ? { now } : {}) };
  const project = await projectByName(slipway.db, name);
  const verdict = found.state === 'open' ? judgeAgain(project, found, facts) : null;
  const ran = found.run === null || found.endedAt === null ? [] : [found.run];
  const times = await deploymentTimes(slipway.db, found.environment, ran);
  const names = await namesOf(slipway.db, peopleIn(facts));
  return promotionViewOf(found, facts, { verdict, times: times.get(found.run ?? '') ?? null, names });
};

export const promotionRoutes = (app: FastifyInstance, slipway: Slipway): void => {
  const named = async (call: Call): Promise<string> =>
    (await projectByName(slipway.db, call.parameters['project'] ?? '')).name;
  const person = ({ who, email }: Call) => ({ who, email });

  addRoute(app, 'promotions', async (call) => {
    const name = await named(call);
    await tidyPromotions(slipway.db, name, slipway.clock.now().toISOString());
    const page = { keyOf: ({ id }: Promotion) => id, page: PAGE };
    const found = await pageOf(call, (limit, after) => listPromotions(slipway.db, name, limit, after), page);
    const names = await namesOf(
      slipway.db,
      found.map(({ requestedBy }) => requestedBy),
    );
    return found.map((one) => promotionRow(one, names));
  });
  addRoute(app, 'promotion', async (call) => viewOf(slipway, await named(call), call.parameters['promotion'] ?? ''));
  addRoute(app, 'requestPromotion', async (call) => {
    const project = await named(call);
    const { emergency, dry_run } = call.body as z.output<typeof promoteBody>;
    const request: PromotionRequest = { project, by: person(call), emergency };
    if (!dry_run) return viewOf(slipway, project, (await requestPromotion(slipway, request)).id ?? '');
    const { facts, verdict } = await previewPromotion(slipway, request);
    return wouldBeView(facts, verdict, await namesOf(slipway.db, peopleIn(facts)));
  });
  addRoute(app, 'goPromotion', async (call) => {
    const [project, id] = [await named(call), call.parameters['promotion'] ?? ''];
    await goPromotion(slipway, { project, promotion: id, by: person(call) });
    return viewOf(slipway, project, id);
  });
  for (const [route, decide] of [
    ['approvePromotion', approvePromotion],
    ['refusePromotion', refusePromotion],
  ] as const)
    addRoute(app, route, async (call) => {
      const [project, id] = [await named(call), call.parameters['promotion'] ?? ''];
      const { sha, reason } = call.body as z.output<typeof approveBody>;
      const former = await formerAddresses(slipway.db, call.request.caller?.user ?? null);
      await decide(slipway, { project, promotion: id, by: person(call), former, sha, reason });
      return viewOf(slipway, project, id);
    });
};
