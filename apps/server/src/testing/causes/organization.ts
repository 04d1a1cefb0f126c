import type { Body } from '@switchboard/protocol';
import { demo } from '../../demo/seed.ts';
import type { OperatorName } from '../cast.ts';
import { both, type Cause, leads, mine, one, sarahWorks, sendsAway, sessionOf, writes } from './acts.ts';

/** Channels, groups and people. */
export const organization: Record<string, Cause> = {
  'its channel is deleted': {
    given: mine,
    act: async (cast) => (await cast.server.asCompany()).call('deleteChat', { params: { chatId: demo.channelId } }),
    ...both,
  },
  'its channel is renamed': {
    given: mine,
    act: async (cast) =>
      (await cast.server.asCompany()).call('changeChat', {
        params: { chatId: demo.channelId },
        body: { name: 'Our shop' },
      }),
    ...both,
  },
  'its group is deleted': {
    given: async (cast) => {
      await writes(cast);
      const company = await cast.server.asCompany();
      const { sarah, second } = cast.ids;
      let groupId = 0;
      await sendsAway(cast, ['sarah', 'second', ...leads], async () => {
        const body = { organizationId: demo.organizationId, name: 'Passing', operators: [sarah, second] };
        groupId = (await company.call('createGroup', { body })).id;
      });
      await sarahWorks(cast);
      await cast.callers.john.call('transferToGroup', { params: { sessionId: await sessionOf(cast), groupId } });
    },
    act: (cast) =>
      sendsAway(cast, ['sarah', 'second', ...leads], async () => {
        const { groupId } = await cast.callers.admin.call('session', await one(cast));
        await (await cast.server.asCompany()).call('deleteGroup', { params: { groupId: groupId ?? 0 } });
      }),
    its: ['sarah'],
    hearing: ['sarah', 'second', ...leads],
  },
  'a group is made or renamed': {
    act: async (cast) => {
      const company = await cast.server.asCompany();
      const hear: OperatorName[] = ['outsider', 'sarah', ...leads];
      const operators = [cast.ids.outsider, cast.ids.sarah];
      let groupId = 0;
      await sendsAway(cast, hear, async () => {
        const body = { organizationId: demo.organizationId, name: 'Refunds', operators };
        groupId = (await company.call('createGroup', { body })).id;
      });
      await sendsAway(cast, hear, () =>
        company.call('changeGroup', { params: { groupId }, body: { name: 'Returns and refunds' } }),
      );
    },
    hearing: ['outsider', 'sarah', ...leads],
  },
  'an operator comes into a group, leaves one, or gets another role': {
    act: async (cast) => {
      const company = await cast.server.asCompany();
      const params = { userId: cast.ids.outsider };
      const changes: Body<'changeUser'>[] = [
        { groups: [] },
        { groups: [cast.otherGroupId] },
        { role: 'SUPERVISOR' },
        { role: 'OPERATOR' },
      ];
      for (const body of changes) {
        await sendsAway(cast, ['outsider'], () => company.call('changeUser', { params, body }));
      }
    },
    that: 'outsider',
  },
  'its operator is renamed': {
    given: mine,
    act: async (cast) =>
      (await cast.server.asCompany()).call('changeUser', {
        params: { userId: demo.operatorId },
        body: { name: 'John R. Smith' },
      }),
    ...both,
  },
};
