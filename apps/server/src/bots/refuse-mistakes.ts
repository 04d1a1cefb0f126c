import type { Script } from '@switchboard/protocol';
import type { Tenant } from '../actor.ts';
import { type FieldError, invalid } from '../errors.ts';
import type { Tx } from '../events/transaction.ts';
import { findGroup } from '../groups/group.store.ts';
import { findUser } from '../operators/operator.store.ts';
import { mistakesIn, pathOf } from './check-script.ts';

/** Every mistake of a script is named at once, also whom it hands over to. */
export async function refuseMistakes(tx: Tx, tenant: Tenant, script: Script): Promise<void> {
  const mistakes = [...mistakesIn(script), ...(await strangersIn(tx, tenant, script))];
  if (mistakes.length > 0) throw invalid(mistakes);
}

/** Groups and operators that are not of the bot's organization. */
async function strangersIn(tx: Tx, tenant: Tenant, script: Script): Promise<FieldError[]> {
  const mistakes: FieldError[] = [];
  for (const [name, { handOver }] of Object.entries(script.steps)) {
    const path = `${pathOf(name)}/handOver`;
    if (handOver?.groupId !== undefined && !(await findGroup(tx.db, tenant, handOver.groupId))) {
      mistakes.push({ path: `${path}/groupId`, message: "is no group of the bot's organization" });
    }
    if (handOver?.operatorId !== undefined && !(await findUser(tx.db, tenant, handOver.operatorId))) {
      mistakes.push({ path: `${path}/operatorId`, message: "is no operator of the bot's organization" });
    }
  }
  return mistakes;
}
