import { type Running, startServer } from './app.ts';
import { BadSetting, type Config, helpText, readConfig } from './config.ts';
import { demo } from './demo/seed.ts';
import { trimMemory } from './trim-memory.ts';

const longestStopMs = 10_000;

/** From the command line to a running server, and cleanly out again. */
export async function run(args: string[], environment: NodeJS.ProcessEnv): Promise<void> {
  if (args.includes('--help')) return console.log(helpText());
  let config: Config;
  try {
    config = readConfig(args, environment);
  } catch (error) {
    if (!(error instanceof BadSetting)) throw error;
    console.error(error.message);
    process.exit(2);
  }
  const running = await startServer(config).catch((error: unknown) => {
    console.error(`Switchboard cannot start: ${sentenceOf(error, config)}`);
    process.exit(1);
  });

  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    // What hangs must not keep the process for ever.
    setTimeout(() => process.exit(1), longestStopMs).unref();
    running.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  trimMemory();
  // Last: who reads it may stop us at once.
  console.log(links(running, config));
}

function sentenceOf(error: unknown, config: Config): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? error.code : '';
  if (code === 'EADDRINUSE') return `port ${config.port} is taken. Give another: npm start -- --port 0`;
  if (code === 'EACCES') return `no permission for port ${config.port} or for the data folder ${config.data}.`;
  if (code === 'EEXIST' || code === 'ENOTDIR') {
    return `the data folder ${config.data} is a file. Give another: npm start -- --data FOLDER`;
  }
  if (code === 'SQLITE_NOTADB' || code === 'SQLITE_CORRUPT') {
    return `switchboard.db in the data folder ${config.data} is no database, or is broken. Bring back a copy of it.`;
  }
  if (code === 'SQLITE_CANTOPEN') return `switchboard.db in the data folder ${config.data} cannot be opened.`;
  if (code === 'EADDRNOTAVAIL' || ('hostname' in error && error.hostname === config.host)) {
    return `${config.host} is no address of this machine. Give another: npm start -- --host 0.0.0.0`;
  }
  if (code === 'ENOTFOUND') return 'there is no such host as DATABASE_URL names.';
  if (code === 'ECONNREFUSED') return 'nothing answers at DATABASE_URL. Is PostgreSQL running?';
  return error.message;
}

function links({ url, seeded, setupToken }: Running, config: Config): string {
  const own = config['public-url'] || url;
  const lines = [`Switchboard  ${own}${seeded ? '  (demo company seeded)' : ''}`];
  if (setupToken !== null) lines.push(`  begin here, works once     ${own}/panel/#/setup/${setupToken}`);
  const isDemo = config.demo && !config.production;
  if (isDemo) lines.push(`  demo shop with the widget  ${own}/demo/shop`);
  lines.push(`  operator panel             ${own}/panel/`);
  if (isDemo) {
    lines.push(
      `    operator                 ${demo.operatorEmail} / ${demo.password}`,
      `    administrator            ${demo.administratorEmail} / ${demo.password}`,
      `  panel inside a CRM         ${own}/demo/crm`,
    );
  }
  return [...lines, `  API documentation          ${own}/docs`].join('\n');
}
