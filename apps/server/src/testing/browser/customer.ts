import type { Locator, Page } from 'playwright-core';

/** The widget in a customer's page, as the customer sees it. */
export interface Customer {
  page: Page;
  widget: Locator;
  launcher: Locator;
  field: Locator;
  /** The first line: who is here, how long it takes. */
  state: Locator;
  openWidget(): Promise<void>;
  closeWidget(): Promise<void>;
  write(text: string): Promise<void>;
  /** Every bubble, from top to bottom. */
  said(): Promise<string[]>;
  /** The bubble of this text, with what stands under it. */
  message(text: string): Locator;
  /** Everything that waits or was refused. */
  endChat(): Promise<void>;
}

export function customerAt(page: Page): Customer {
  const widget = page.getByTestId('chat-widget');
  const launcher = widget.locator('.launcher');
  const field = widget.getByRole('textbox', { name: 'Write a message' });
  return {
    page,
    widget,
    launcher,
    field,
    state: widget.getByTestId('state'),
    async openWidget() {
      await launcher.click();
      await field.waitFor();
    },
    async closeWidget() {
      await launcher.click();
      await field.waitFor({ state: 'detached' });
    },
    async write(text) {
      await field.fill(text);
      await field.press('Enter');
    },
    said: () => widget.locator('.bubble').allInnerTexts(),
    message: (text) => widget.locator('.message').filter({ has: page.getByText(text, { exact: true }) }),
    async endChat() {
      await widget.getByRole('button', { name: 'End chat' }).click();
      await widget.locator('.notice').getByRole('button', { name: 'End chat' }).click();
      await widget.getByTestId('ended').waitFor();
    },
  };
}
