// Loaded at the first password: most processes of an idle server see none for hours.
const argon2 = () => import('@node-rs/argon2');

// Argon2id is the library's default; 19 MiB and two passes is OWASP's first choice.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const hashPassword = async (password: string): Promise<string> => (await argon2()).hash(password, cost);

let nobody: Promise<string> | undefined;

/** Takes as long for a login nobody has as for a wrong password, so the two cannot be told apart. */
export async function passwordMatches(stored: string | null | undefined, password: string): Promise<boolean> {
  nobody ??= hashPassword('nobody has this password');
  const { verify } = await argon2();
  const matches = await verify(stored ?? (await nobody), password);
  return matches && stored != null;
}
