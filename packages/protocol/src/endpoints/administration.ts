import { Type } from 'typebox';
import {
  ChangedChat,
  ChangedGroup,
  ChangedOrganization,
  ChangedUser,
  Chat,
  ChatsQuery,
  Group,
  GroupsQuery,
  NewChat,
  NewGroup,
  NewUser,
  OrganizationSettings,
} from '../administration.ts';
import { Bot, BotsQuery, ChangedBot, NewBot } from '../bots.ts';
import { Id, listOf, Uuid } from '../common.ts';
import { User } from '../operators.ts';
import type { Endpoint } from './endpoint.ts';

const oneGroup = Type.Object({ groupId: Id });
const oneChat = Type.Object({ chatId: Uuid });
const oneBot = Type.Object({ botId: Uuid });

/** What routing reads: operators, groups, channels, bots, organizations. */
export const administrationEndpoints = {
  user: { summary: 'One operator.', params: Type.Object({ userId: Id }), response: User },
  createUser: {
    summary: 'Makes an operator.',
    status: 201,
    body: NewUser,
    response: User,
    creates: true,
    example: { organizationId: 24, name: 'Emily Davis', role: 'OPERATOR', maxSessions: 3 },
  },
  changeUser: {
    summary: 'Changes what is named of an operator. A new password ends every sign-in.',
    params: Type.Object({ userId: Id }),
    body: ChangedUser,
    response: User,
    example: { maxSessions: 3 },
  },
  groups: { summary: 'Groups with their members.', query: GroupsQuery, response: listOf(Group) },
  group: { summary: 'One group.', params: oneGroup, response: Group },
  createGroup: {
    summary: 'Makes a group.',
    status: 201,
    body: NewGroup,
    response: Group,
    creates: true,
    example: { organizationId: 24, name: 'Returns', operators: [101], timerFirstAnswer: 60 },
  },
  changeGroup: {
    summary: 'Changes what is named of a group. Sessions that are open keep their timers.',
    params: oneGroup,
    body: ChangedGroup,
    response: Group,
    example: { timerNextAnswers: 120 },
  },
  deleteGroup: {
    summary:
      'Deletes a group that no channel names. Its open sessions become the whole organization’s; those in help are routed.',
    params: oneGroup,
  },
  chats: { summary: 'Channels: the places where clients write.', query: ChatsQuery, response: listOf(Chat) },
  chat: { summary: 'One channel.', params: oneChat, response: Chat },
  createChat: {
    summary: 'Makes a web widget channel; its id is the guid of the script tag.',
    status: 201,
    body: NewChat,
    response: Chat,
    creates: true,
    example: { organizationId: 24, name: 'Help pages', sessionTtl: 3600 },
  },
  changeChat: {
    summary: 'Changes what is named of a channel. Sessions that are open keep their timers.',
    params: oneChat,
    body: ChangedChat,
    response: Chat,
    example: { operatorsBusyMessage: 'Everybody is busy. You are in the queue.' },
  },
  deleteChat: { summary: 'Closes a channel for good. Its sessions are kept, the open ones finished.', params: oneChat },
  bots: { summary: 'Bots.', query: BotsQuery, response: listOf(Bot) },
  bot: { summary: 'One bot.', params: oneBot, response: Bot },
  createBot: {
    summary: 'Makes a script bot.',
    status: 201,
    body: NewBot,
    response: Bot,
    creates: true,
    example: {
      organizationId: 24,
      name: 'Greeter',
      script: {
        start: 'hello',
        steps: {
          hello: {
            say: 'What is it about?',
            buttons: [
              { text: 'An order', goTo: 'people' },
              { text: 'Nothing', goTo: 'bye' },
            ],
          },
          people: { say: 'One moment, please.', handOver: {} },
          bye: { say: 'Goodbye!', close: true },
        },
      },
    },
  },
  changeBot: {
    summary: 'Changes what is named of a bot.',
    params: oneBot,
    body: ChangedBot,
    response: Bot,
    example: { name: 'Greeter' },
  },
  deleteBot: { summary: 'Deletes a bot that no channel names. Its open sessions go to people.', params: oneBot },
  organization: {
    summary: 'What routing and messages read of an organization.',
    params: Type.Object({ organizationId: Id }),
    response: OrganizationSettings,
  },
  changeOrganization: {
    summary: 'Changes what is named of an organization.',
    params: Type.Object({ organizationId: Id }),
    body: ChangedOrganization,
    response: OrganizationSettings,
    example: { offlineGrace: 300 },
  },
} as const satisfies Record<string, Endpoint>;
