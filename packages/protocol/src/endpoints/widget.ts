import { Type } from 'typebox';
import { listOf, nullable } from '../common.ts';
import { Message, MessagesQuery, NewClientMessage, ReadState, ReadUpTo } from '../messages.ts';
import { ClientSession, OpenWidget, WidgetOpened } from '../widget.ts';
import type { Endpoint } from './endpoint.ts';

const messageExample = { messageId: '0195551e-2a40-7000-8000-000000000001' };

/** Client face. */
export const widgetEndpoints = {
  widgetOpen: {
    summary: 'Opens the widget: who I am, what was said.',
    body: OpenWidget,
    response: WidgetOpened,
    creates: true,
    example: { guid: '00000000-0000-4000-8000-000000000024' },
  },
  widgetSend: {
    summary: 'The client writes; the first message opens the session.',
    status: 201,
    body: NewClientMessage,
    response: Message,
    creates: true,
    example: { body: 'Hello' },
  },
  widgetMessages: { summary: "The client's messages.", query: MessagesQuery, response: listOf(Message) },
  widgetRead: {
    summary: 'The client has read up to this message.',
    body: ReadUpTo,
    response: ReadState,
    example: messageExample,
  },
  widgetTyping: { summary: 'The client is typing.' },
  widgetFinish: {
    summary: 'The client finishes the session.',
    response: Type.Object({ session: nullable.object(ClientSession) }),
  },
} as const satisfies Record<string, Endpoint>;
