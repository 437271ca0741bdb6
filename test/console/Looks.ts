/**
 * How a view looks: light and dark, on a desk and on a phone. Each is judged by axe-core and must not scroll sideways, and
 * is left as a picture in `data/screenshots` for a person to judge.
 */
import { fileURLToPath } from "node:url"
import { assert } from "@effect/vitest"
import axe from "axe-core"
import type { Page } from "playwright-core"

export const widths = { desk: { width: 1280, height: 860 }, phone: { width: 360, height: 740 } } as const

const folder = fileURLToPath(new URL("../../data/screenshots", import.meta.url))

/** As the page stands; `name` is the picture's, `album` the folder it is put into. */
export const looksWell = async (page: Page, name: string, album = "console"): Promise<void> => {
  const { width } = page.viewportSize() ?? widths.desk
  // What stands over the page, its header and a dialog, is drawn where the window is.
  const hasDialog = (await page.getByRole("dialog").count()) > 0
  await page.evaluate("scrollTo(0, 0)")
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme })
    await page.screenshot({ path: `${folder}/${album}/${name}-${colorScheme}-${width}.png`, fullPage: !hasDialog })
    assert.deepEqual(await barriers(page), [], `${name}, ${colorScheme}, ${width} px`)
    const beyond = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth")
    assert.isAtMost(beyond, 0, `${name} scrolls sideways at ${width} px`)
  }
}

/** What keeps people out, and where. */
const barriers = async (page: Page): Promise<ReadonlyArray<string>> => {
  if (!(await page.evaluate<boolean>("'axe' in globalThis"))) await page.evaluate(axe.source)
  const { violations } = await page.evaluate<axe.AxeResults>("axe.run(document, { resultTypes: ['violations'] })")
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ html, target }) => `${id} at ${target.join(" ")}: ${html}`))
}
