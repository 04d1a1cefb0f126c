import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onEnd } from './cleanup.ts';

export interface TempFolder {
  path: string;
  remove(): Promise<void>;
}

export function tempFolder(): TempFolder {
  const path = mkdtempSync(join(tmpdir(), 'switchboard-bench-'));
  return { path, remove: onEnd(() => rmSync(path, { recursive: true, force: true })) };
}
