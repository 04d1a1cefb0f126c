import { findCompanyByLogin } from '../companies/company.store.ts';
import { Refused } from '../errors.ts';
import type { App } from '../parts.ts';
import { passwordMatches } from './password.ts';

// The vendor documents no expiry and asks to rotate every 3–6 months.
const companyTokenDays = 180;

export async function issueCompanyToken(
  app: App,
  { login, password, address }: { login: string; password: string; address: string },
): Promise<string> {
  const end = app.signInLimit.attempt(`company ${login}`, address);
  let company: Awaited<ReturnType<typeof findCompanyByLogin>>;
  let matches = false;
  try {
    company = await findCompanyByLogin(app.read, login);
    matches = await passwordMatches(company?.password_hash, password);
  } finally {
    end(matches);
  }
  if (!company || !matches) throw new Refused('wrong_credentials', 'Login or password is wrong.');
  const exp = Math.floor(app.clock.now() / 1000) + companyTokenDays * 24 * 3600;
  return app.tokens.sign({ company_id: company.id, exp });
}
