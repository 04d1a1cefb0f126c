import type { FrameLocator, Locator, Page } from 'playwright-core';

/** The panel, as an operator sees it. */
export interface Operator {
  page: Page;
  rows: Locator;
  row(text: string): Locator;
  field: Locator;
  messages: Locator;
  /** The group of bubbles that holds this text, with time and ticks. */
  message(text: string): Locator;
  said(): Promise<string[]>;
  /** A tab over the list: "Mine", "Help", "Closed". */
  list(name: string): Locator;
  openList(name: string): Promise<void>;
  /** Opens the only (or the first) row that shows this text. */
  openSession(text: string): Promise<void>;
  write(text: string): Promise<void>;
  finish(result?: string): Promise<void>;
}

/** In a page of its own, or in a frame of another program's page. */
export function operatorAt(page: Page, place: Page | FrameLocator = page): Operator {
  const nav = place.getByRole('navigation', { name: 'Lists' });
  const rows = place.locator('a[href^="#/sessions/"]');
  const field = place.getByRole('textbox', { name: 'Answer to' });
  const messages = place.getByRole('region', { name: 'Messages' });
  const row = (text: string) => rows.filter({ hasText: text });
  return {
    page,
    rows,
    row,
    field,
    messages,
    message: (text) => messages.locator('div.flex-col').filter({ hasText: text }).last(),
    said: () => messages.locator('p[dir="auto"]').allInnerTexts(),
    list: (name) => nav.getByRole('button', { name }),
    openList: (name) => nav.getByRole('button', { name }).click(),
    async openSession(text) {
      await row(text).first().click();
      await messages.waitFor();
    },
    async write(text) {
      await field.fill(text);
      await field.press('Enter');
    },
    async finish(result) {
      await place.getByRole('button', { name: 'Finish' }).first().click();
      const dialog = place.getByRole('dialog');
      if (result !== undefined) await dialog.getByRole('textbox').fill(result);
      await dialog.getByRole('button', { name: 'Finish' }).click();
      await dialog.waitFor({ state: 'detached' });
    },
  };
}
