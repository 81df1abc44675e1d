// Whether a screen can be used by everybody: axe-core in both themes, and 200 % zoom in the smallest window.

import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** A window of 880×600 at 200 %. */
const ZOOMED = { width: 440, height: 300 };
const USUAL = { width: 1000, height: 680 };

/** What lies or is cut beyond the right edge, as words. */
const BEYOND = `(() => {
  const words = (element) => element.textContent.trim().slice(0, 40);
  const shown = [...document.querySelectorAll('body *')].filter((element) => {
    const { width, height } = element.getBoundingClientRect();
    return width > 1 && height > 1 && words(element) !== '';
  });
  const scrolls = document.documentElement.scrollWidth > innerWidth ? ['the page scrolls sideways'] : [];
  const outside = shown.filter((element) => element.getBoundingClientRect().right > innerWidth + 1);
  const cut = shown.filter((element) => {
    const { overflowX } = getComputedStyle(element);
    return overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1;
  });
  const innermost = (all) => all.filter((one) => !all.some((other) => other !== one && one.contains(other)));
  return [...scrolls, ...innermost(outside).map(words), ...innermost(cut).map((element) => 'cut: ' + words(element))];
})()`;

/** The page has taken over the theme, and every colour is there. */
const settled = (scheme: string) => `(async () => {
  while (document.documentElement.style.colorScheme !== '${scheme}') await new Promise(requestAnimationFrame);
  for (let frames = 0; frames < 3; frames += 1) await new Promise(requestAnimationFrame);
  const ending = document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime < Infinity);
  await Promise.allSettled(ending.map(({ finished }) => finished));
})()`;

/** `where` names the screen in a failure; the test goes on, so that one run tells of every screen. */
export async function expectUsable(page: Page, where: string): Promise<void> {
  await page.setViewportSize(ZOOMED);
  expect.soft(await page.evaluate(BEYOND), `${where}, 200 %`).toEqual([]);
  await page.setViewportSize(USUAL);
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(settled(colorScheme));
    // Only colours differ between the themes. Legacy: without a page of its own, which would hide this one.
    const axe = new AxeBuilder({ page }).setLegacyMode();
    const { violations } = await (colorScheme === 'dark' ? axe.withRules(['color-contrast']) : axe).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    const told = serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
    expect.soft(told, `${where}, ${colorScheme}`).toEqual([]);
  }
}
