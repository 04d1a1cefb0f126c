import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { tempFolder } from '../temp-folder.ts';

export interface FloorPrograms {
  floor: string;
  load: string;
  remove(): Promise<void>;
}

/** Compiles what is written in C; undefined where there is no compiler. */
export function compileFloor(): FloorPrograms | undefined {
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  const folder = tempFolder();
  const compiled = (name: string): string => {
    const program = join(folder.path, name);
    execFileSync('cc', ['-O2', '-o', program, join(import.meta.dirname, `${name}.c`)], { stdio: 'inherit' });
    return program;
  };
  return { floor: compiled('floor'), load: compiled('load'), remove: folder.remove };
}
