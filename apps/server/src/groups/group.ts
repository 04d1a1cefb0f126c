import type { Group } from '@switchboard/protocol';
import type { GroupRow, Member } from './group.store.ts';

export const presentGroup = (row: GroupRow, members: Member[]): Group => ({
  id: row.id,
  organizationId: row.organization_id,
  name: row.name,
  timerFirstAnswer: row.timer_first_answer,
  timerNextAnswers: row.timer_next_answers,
  operators: members.map(({ id, name }) => ({ id, name })),
});
