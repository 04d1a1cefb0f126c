import { closeCodes } from '@switchboard/protocol';
import { expect, test } from 'vitest';
import { openStage } from './stage.ts';

test('a newer login takes the seat: the panel says so, stays away, and takes it back when asked', async () => {
  const stage = await openStage();
  const email = 'john.smith@example.com';
  const john = await stage.operator({ signIn: await stage.server.asSignedIn(email) });
  const login = await stage.server.asSignedIn(email);
  const line = await login.listen();
  const told = john.page.getByText('You are signed in elsewhere');
  await told.waitFor();
  expect(line.heard.map(({ event }) => event)).not.toContain('chatUserExists');
  expect(stage.server.live.server.stats().connections).toBe(1);

  await john.page.getByRole('button', { name: 'Continue here' }).click();
  await john.page.getByRole('button', { name: 'Online' }).waitFor();
  expect(await line.disconnected).toEqual(closeCodes.signedInElsewhere);
  expect(await told.count()).toBe(0);
});
