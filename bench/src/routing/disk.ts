import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export interface Disk {
  /** Milliseconds for a small write to be safe. */
  write(): number;
  close(): void;
}

/** The disk by itself, so that its own bad moments can be told from ours. */
export function openDisk(folder: string): Disk {
  const file = openSync(join(folder, 'disk'), 'w');
  const block = Buffer.alloc(16_384, 'x');
  return {
    write() {
      const started = performance.now();
      writeSync(file, block, 0, block.length, 0);
      fdatasyncSync(file);
      return performance.now() - started;
    },
    close: () => closeSync(file),
  };
}
