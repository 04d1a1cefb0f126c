import { posix } from 'node:path';
import { lineOf, nodesOf, parse } from './syntax.mjs';

// ─── The table (docs/architecture.md, "Rooms") ───────────────────────────────────────────────────────────────────────

/** Which of our packages each workspace may use. */
const workspaces: Record<string, readonly string[]> = {
  'packages/protocol': [],
  'packages/ui': [],
  'packages/embed': [],
  'packages/centrifuge-server': [],
  'packages/sdk': ['protocol'],
  'apps/widget': ['protocol', 'ui'],
  'apps/panel': ['protocol', 'sdk', 'ui'],
  'apps/server': ['protocol', 'centrifuge-server'],
  bench: ['protocol', 'sdk', 'centrifuge-server'],
};

/** The server's nouns in downhill order: a room may import those above it and its neighbours in the row. */
const nouns: readonly (readonly string[])[] = [
  ['companies', 'organizations'],
  ['tokens'],
  ['operators', 'groups', 'clients'],
  ['channels'],
  ['sessions'],
  ['messages'],
  ['routing'],
  ['bots', 'widget'],
];

/** The server's plumbing, and which plumbing each may use. Never a noun. */
const plumbing: Record<string, readonly string[]> = {
  database: [],
  events: ['database'],
  http: ['database', 'events'],
  live: ['database', 'events'],
};

/** What nouns may use of the plumbing. */
const plumbingForNouns = ['database', 'events'];

/** Single files that every room may use; they may name any room's types, but run nothing of it. */
const plainFiles = ['actor', 'clock', 'errors', 'ids', 'log', 'metrics', 'parts'];

/** Rooms that put the others together, as do main.ts, app.ts, routes.ts, reactions.ts and the other files beside them. */
const assemblingRooms = ['demo', 'setup', 'simulation', 'testing'];

/** Which rooms know what. Everywhere else it is a violation. */
const mayQuery = (path: string, room: string) => path.endsWith('.store.ts') || ['database', 'events'].includes(room);
const knowsHttp = ['http'];
const knowsSockets = ['live'];

const longestWithoutReason = 400;

// ─── The check ───────────────────────────────────────────────────────────────────────────────────────────────────────

interface Import {
  of: string;
  line: number;
  isType: boolean;
  isLazy: boolean;
}

interface SourceFile {
  path: string;
  source: string;
  tree: ReturnType<typeof parse>;
  imports: Import[];
}

/** Everything in these files that the table forbids, as `path:line sentence`. */
export function violationsIn(sources: ReadonlyMap<string, string>): string[] {
  const files = [...sources].map(([path, source]) => read(path, source));
  return [
    ...files.flatMap(uphillPackages),
    ...files.flatMap(uphillRooms),
    ...files.flatMap(knowledgeOutOfPlace),
    ...files.flatMap(tooLong),
    ...roomCycles(files),
    ...fileCycles(files, sources),
  ];
}

/** Tests and what is there for them alone may use everything. */
export const isTest = (path: string): boolean => /\.test\.tsx?$|^apps\/server\/src\/testing\//.test(path);

export function linesOf(source: string): number {
  return source.split('\n').length - (source.endsWith('\n') ? 1 : 0);
}

function read(path: string, source: string): SourceFile {
  const tree = parse(path, source);
  const imports: Import[] = [];
  for (const [node] of nodesOf(tree)) {
    const isLazy = node.type === 'ImportExpression';
    if (!isLazy && !/^(Import|ExportNamed|ExportAll)Declaration$/.test(node.type)) continue;
    if (typeof node.source?.value !== 'string') continue;
    const isType = node.importKind === 'type' || node.exportKind === 'type';
    imports.push({ of: node.source.value, line: lineOf(source, node.start), isType, isLazy });
  }
  return { path, source, tree, imports };
}

function uphillPackages(file: SourceFile): string[] {
  const workspace = workspaceOf(file.path);
  const allowed = workspaces[workspace];
  if (allowed === undefined || isTest(file.path)) return [];
  return file.imports.flatMap(({ of, line }) => {
    const [, name] = /^@switchboard\/([^/]+)/.exec(of) ?? [];
    if (name !== undefined && !allowed.includes(name) && workspace !== `packages/${name}`) {
      return [`${file.path}:${line} ${workspace} may not use @switchboard/${name}`];
    }
    const target = of.startsWith('.') ? resolve(file.path, of) : undefined;
    // The bench starts the server as `npm start` does, with the same words.
    const isLaunch = workspace === 'bench' && target === 'tools/node.mjs';
    if (target !== undefined && workspaceOf(target) !== workspace && !isLaunch) {
      return [`${file.path}:${line} reaches into ${workspaceOf(target)} by path`];
    }
    return [];
  });
}

function uphillRooms(file: SourceFile): string[] {
  const from = roomOf(file.path);
  if (from === undefined || isTest(file.path)) return [];
  if (!isKnown(from)) return [`${file.path}:1 the room ${from} is not in the table of tools/layout.ts`];
  return serverImports(file).flatMap(({ to, line, isType }) =>
    mayImport(from, to, isType) ? [] : [`${file.path}:${line} ${nameOf(from)} may not import ${nameOf(to)}`],
  );
}

function mayImport(from: string, to: string, isType: boolean): boolean {
  if (from === to || isAssembling(from)) return true;
  if (isPlain(from)) return isType || isPlain(to);
  if (isPlain(to)) return true;
  if (isAssembling(to)) return false;
  if (from in plumbing) return plumbing[from]?.includes(to) ?? false;
  return to in plumbing ? plumbingForNouns.includes(to) : rowOf(to) <= rowOf(from);
}

/** Neighbours in a row may use one another, but not both ways. */
function roomCycles(files: SourceFile[]): string[] {
  const uses = new Map<string, string>();
  for (const file of files) {
    const from = roomOf(file.path);
    if (from === undefined || rowOf(from) < 0 || isTest(file.path)) continue;
    for (const { to, line } of serverImports(file)) {
      if (to !== from && rowOf(to) === rowOf(from)) uses.set(`${from} ${to}`, `${file.path}:${line}`);
    }
  }
  return [...uses].flatMap(([pair, place]) => {
    const [from = '', to = ''] = pair.split(' ');
    const back = uses.get(`${to} ${from}`);
    return back !== undefined && from < to ? [`${place} ${from} and ${to} import each other (${back})`] : [];
  });
}

function knowledgeOutOfPlace(file: SourceFile): string[] {
  const room = roomOf(file.path);
  if (room === undefined || isTest(file.path)) return [];
  const found: string[] = [];
  const report = (line: number, sentence: string) => found.push(`${file.path}:${line} ${sentence}`);
  const assembling = isAssembling(room);

  for (const { of, line, isType } of file.imports) {
    if (/^(kysely|pg|better-sqlite3)$/.test(of) && !isType && !mayQuery(file.path, room))
      report(line, `only a store may use ${of}`);
    if (/^@?fastify\b/.test(of) && !assembling && !knowsHttp.includes(room)) report(line, `only http/ may use ${of}`);
    if (of === 'ws' && !knowsSockets.includes(room)) report(line, 'only live/ may use ws');
  }
  for (const [node] of nodesOf(file.tree)) {
    const line = () => lineOf(file.source, node.start);
    if (isQuery(node) && !mayQuery(file.path, room)) report(line(), 'only a store knows SQL');
    if (namesStatusCode(node) && !assembling && !knowsHttp.includes(room))
      report(line(), 'only http/ knows status codes');
  }
  return found;
}

// biome-ignore lint/suspicious/noExplicitAny: a syntax node of any kind
type Node = any;

function isQuery(node: Node): boolean {
  if (node.type === 'TaggedTemplateExpression') return node.tag.name === 'sql';
  return (
    node.type === 'CallExpression' &&
    /^(selectFrom|insertInto|replaceInto|mergeInto|updateTable|deleteFrom)$/.test(node.callee.property?.name ?? '')
  );
}

function namesStatusCode(node: Node): boolean {
  if (node.type === 'Identifier') return node.name === 'statusCode';
  if (node.type !== 'CallExpression' || !/^(code|status)$/.test(node.callee.property?.name ?? '')) return false;
  const status = node.arguments[0]?.value;
  return typeof status === 'number' && status >= 100 && status < 600;
}

function tooLong({ path, source }: SourceFile): string[] {
  const lines = linesOf(source);
  if (lines <= longestWithoutReason || /^\s*\/\/ long because: \S/m.test(source)) return [];
  return [`${path}:1 has ${lines} lines; split it, or say why in a line "// long because: …"`];
}

/** Files that need one another while they load. Types and lazy imports need nothing. */
function fileCycles(files: SourceFile[], sources: ReadonlyMap<string, string>): string[] {
  const needs = new Map(
    files.map((file) => [
      file.path,
      file.imports.flatMap(({ of, isType, isLazy }) => {
        const target = isType || isLazy ? undefined : locate(file.path, of, sources);
        return target === undefined ? [] : [target];
      }),
    ]),
  );
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, road: string[]): void => {
    const start = road.indexOf(path);
    if (start >= 0) cycles.push(`${path}:1 import cycle: ${[...road.slice(start), path].join(' → ')}`);
    if (start >= 0 || done.has(path)) return;
    for (const next of needs.get(path) ?? []) visit(next, [...road, path]);
    done.add(path);
  };
  for (const path of needs.keys()) visit(path, []);
  return cycles;
}

// ─── Paths and rooms ─────────────────────────────────────────────────────────────────────────────────────────────────

const serverSource = 'apps/server/src/';

const resolve = (from: string, specifier: string): string => posix.join(posix.dirname(from), specifier);

function locate(from: string, specifier: string, sources: ReadonlyMap<string, string>): string | undefined {
  const [, name, entry = 'index'] = /^@switchboard\/([^/]+)(?:\/(.+))?$/.exec(specifier) ?? [];
  const path = name !== undefined ? `packages/${name}/src/${entry}.ts` : resolve(from, specifier);
  return sources.has(path) ? path : undefined;
}

function workspaceOf(path: string): string {
  const [first = '', second = ''] = path.split('/');
  return first === 'apps' || first === 'packages' ? `${first}/${second}` : first;
}

/** The folder below apps/server/src, or the name of a file that lies there itself; undefined elsewhere. */
function roomOf(path: string): string | undefined {
  if (!path.startsWith(serverSource)) return undefined;
  const [first = '', second] = path.slice(serverSource.length).split('/');
  return second === undefined ? `${first.replace(/\.ts$/, '')}.ts` : first;
}

function serverImports(file: SourceFile): { to: string; line: number; isType: boolean }[] {
  return file.imports.flatMap(({ of, line, isType }) => {
    const to = of.startsWith('.') ? roomOf(resolve(file.path, of)) : undefined;
    return to === undefined ? [] : [{ to, line, isType }];
  });
}

const rowOf = (room: string): number => nouns.findIndex((row) => row.includes(room));
const isPlain = (room: string): boolean => room.endsWith('.ts') && plainFiles.includes(room.slice(0, -3));
const isAssembling = (room: string): boolean =>
  (room.endsWith('.ts') && !isPlain(room)) || assemblingRooms.includes(room);
const isKnown = (room: string): boolean => isPlain(room) || isAssembling(room) || room in plumbing || rowOf(room) >= 0;
const nameOf = (room: string): string => (room.endsWith('.ts') ? room : `${room}/`);
