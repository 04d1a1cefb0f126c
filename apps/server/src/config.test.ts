import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BadSetting, environmentName, helpText, readConfig, settings } from './config.ts';

test('docs/operating.md has the row of every setting, word for word', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/operating.md'), 'utf8');
  const rows = Object.entries(settings).map(
    ([name, setting]) =>
      `| \`--${name}\` | \`${environmentName(name)}\` | ${setting.default || '–'} | ${setting.help} |`,
  );
  expect(page).toContain(rows.join('\n'));
});

test('an option wins over its variable, a variable over the default', () => {
  expect(readConfig([], {}).port).toBe(8080);
  expect(readConfig([], { SWITCHBOARD_PORT: '1' }).port).toBe(1);
  expect(readConfig(['--port', '2'], { SWITCHBOARD_PORT: '1' }).port).toBe(2);
  expect(readConfig([], { DATABASE_URL: 'postgres://here' })['database-url']).toBe('postgres://here');
  expect(readConfig(['--no-demo'], { SWITCHBOARD_DEMO: 'yes' }).demo).toBe(false);
});

test('a bad value is refused with the name that it was given by', () => {
  expect(() => readConfig(['--port', 'eighty'], {})).toThrow(
    new BadSetting('--port must be a whole number, not "eighty".'),
  );
  expect(() => readConfig([], { SWITCHBOARD_DEMO: 'maybe' })).toThrow('SWITCHBOARD_DEMO must be true or false');
  expect(() => readConfig(['--prot', '1'], {})).toThrow(BadSetting);
});

test.each([
  [['--port', '70000'], {}, '--port must be at most 65535, not "70000".'],
  [[], { SWITCHBOARD_PORT: '65536' }, 'SWITCHBOARD_PORT must be at most 65535, not "65536".'],
  [['--log-level', 'loud'], {}, '--log-level must be one of fatal, error, warn, info, debug, silent, not "loud".'],
  [['--data', ''], {}, '--data must not be empty.'],
  [[], { SWITCHBOARD_DATA: ' ' }, 'SWITCHBOARD_DATA must not be empty.'],
  [['--host='], {}, '--host must not be empty.'],
])('what cannot be meant is refused with what can: %j %j', (args, environment, sentence) => {
  expect(() => readConfig(args, environment)).toThrow(new BadSetting(sentence));
});

test('--help names every option', () => {
  for (const name of Object.keys(settings)) expect(helpText()).toContain(name);
});
