import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { BrowserContext, Page } from 'playwright-core';

const root = join(import.meta.dirname, '../../../../..');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Brings axe into every page of this browser, whatever their Content-Security-Policy says. */
export const withAxe = (context: BrowserContext) => context.addInitScript({ content: axe });

/** What WCAG 2.2 AA has against this screen: rule, what it means, where. */
export async function violationsOn(page: Page): Promise<string[]> {
  const { violations }: AxeResults = await page.evaluate(() =>
    // biome-ignore lint/suspicious/noExplicitAny: brought in by withAxe
    (window as any).axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
      resultTypes: ['violations'],
    }),
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${help}): ${target.join(' ')} ${failureSummary ?? ''}`),
  );
}

/** A picture for those who want to look, in the git-ignored `.screens/`; only when SCREENSHOTS is set. */
export async function picture(page: Page, name: string): Promise<void> {
  if (!process.env.SCREENSHOTS) return;
  const folder = join(root, '.screens');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
