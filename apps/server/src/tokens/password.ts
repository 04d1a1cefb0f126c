import { hash, verify } from '@node-rs/argon2';

// Argon2id is the library's default; 19 MiB and two passes is OWASP's first choice.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const hashPassword = (password: string): Promise<string> => hash(password, cost);

let nobody: Promise<string> | undefined;

/** Takes as long for a login nobody has as for a wrong password, so the two cannot be told apart. */
export async function passwordMatches(stored: string | null | undefined, password: string): Promise<boolean> {
  nobody ??= hashPassword('nobody has this password');
  const matches = await verify(stored ?? (await nobody), password);
  return matches && stored != null;
}
