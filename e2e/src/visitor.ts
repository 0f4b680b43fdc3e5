import type { Browser, BrowserContext, Page } from 'playwright-core'

/** Somebody signed in, in a browser of their own. */
export type Visitor = { context: BrowserContext; page: Page; errors: string[] }

/** Opens the product and signs in as one of the demo's people, the way a person does. */
export async function signIn(browser: Browser, url: string, name: string): Promise<Visitor> {
  const visitor = await visit(browser, url)
  await visitor.page.getByTestId('sign-in').filter({ visible: true }).click()
  await visitor.page.getByRole('button', { name: `Continue as ${name}` }).click()
  await visitor.page.waitForURL((address) => address.origin === url)
  return visitor
}

/** Lets somebody see clips of age-restricted channels, too, as they would on their account's page. */
export async function showAgeRestricted({ context }: Visitor, url: string): Promise<void> {
  const answer = await context.request.patch(`${url}/api/me/preferences`, {
    data: { showsAgeRestricted: true },
    headers: { origin: url },
  })
  if (!answer.ok()) throw new Error(`The preference was not saved: ${answer.status()} ${await answer.text()}`)
}

/** Opens the product without signing in. */
export async function visit(browser: Browser, url: string): Promise<Visitor> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' })
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  await page.goto(url)
  return { context, page, errors }
}

/** Ids of all clips the person may see, through the API the pages use. */
export async function listClipIds({ context }: Visitor, url: string): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | null = null
  do {
    const answer = await context.request.get(
      `${url}/api/clips${cursor === null ? '' : `?cursor=${encodeURIComponent(cursor)}`}`,
    )
    const page = (await answer.json()) as { clips: { id: string }[]; next: string | null }
    ids.push(...page.clips.map(({ id }) => id))
    cursor = page.next
  } while (cursor !== null)
  return ids
}
