const needed = [22, 18] as const;
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
// For whoever starts this file by hand on a Node that runs TypeScript but is too old for the native parts; npm start, which
// also runs where no TypeScript does, looks first (tools/node.mjs).
if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  console.error(
    `Switchboard needs Node ${needed.join('.')} or newer; this is ${process.versions.node}. Use npm start.`,
  );
  process.exit(1);
}
const { run } = await import('./run.ts');
await run(process.argv.slice(2), process.env);
