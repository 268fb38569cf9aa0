import assert from 'node:assert/strict';
import { openWebBrowser, signInAs, toldTo } from '../support/browser.ts';

/** Somebody signs in at the address that a client sends them to; what the client's address is told. */
export async function signInByBrowser(url: string, redirect: string, user: string): Promise<Record<string, string>> {
  const browser = openWebBrowser();
  return toldTo(await signInAs(browser, await browser.get(url), user), redirect);
}

/** Somebody enters the code that a program shows, at the address that it names. */
export async function enterDeviceCode(address: string, code: string, user: string): Promise<void> {
  const browser = openWebBrowser();
  const asked = await browser.submit(await browser.get(address), { typed: code });
  const shown = await signInAs(browser, asked, user);
  const done = await browser.submit(shown, { answer: 'accept' });
  assert.equal(done.status, 200, done.words);
}
