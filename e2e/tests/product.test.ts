/// <reference lib="dom" />
import { spawnSync } from 'node:child_process'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser } from '../src/browser.ts'
import { makeTempFolder, removeFolder, startProduct, type Product } from '../src/product.ts'
import { control, readTruth, type Truth } from '../src/twin.ts'
import { until } from '../src/until.ts'
import { listClipIds, showAgeRestricted, signIn, visit } from '../src/visitor.ts'

const SQUAD = '81384788765712384'

describe('npm start without a token', { timeout: 90_000 }, () => {
  const dataDir = makeTempFolder()
  let product: Product
  let browser: Browser
  let truth: Truth

  beforeAll(async () => {
    product = await startProduct({ dataDir })
    browser = await openBrowser()
    truth = await readTruth(product)
    // Everything the world holds has been found and either kept or given up.
    const mara = await signIn(browser, product.url, 'Mara')
    await showAgeRestricted(mara, product.url)
    await until(async () => {
      const ids = await listClipIds(mara, product.url)
      const visible = expectedFor('Mara').filter((id) => ids.includes(id))
      if (visible.length < expectedFor('Mara').length) return false
      const answer = await mara.context.request.get(`${product.url}/api/clips?limit=100`)
      const { clips } = (await answer.json()) as { clips: { state: string }[] }
      return clips.every(({ state }) => state !== 'pending')
    })
    await mara.context.close()
  }, 180_000)

  afterAll(async () => {
    await browser?.close()
    await product?.stop()
    removeFolder(dataDir)
  })

  /** Attachments a person may see in a channel or thread that the bot can read back. */
  const expectedFor = (name: string) => {
    const person = truth.people.find(({ global_name: globalName }) => globalName === name)!
    const readable = truth.clips.filter(({ channel_id: channelId, reader_ids: readers }) => {
      const channel = truth.channels.find(({ id }) => id === channelId)!
      return readers.includes(person.id) && channel.readable_by_bot
    })
    return [...new Set(readable.filter(({ forwarded }) => !forwarded).map(({ id }) => id))].toSorted()
  }

  it('answers for the health of every part', async () => {
    const response = await fetch(`${product.url}/api/health`)
    expect([response.status, await response.json()]).toMatchObject([
      200,
      {
        status: 'ok',
        parts: {
          database: { status: 'up' },
          bot: { status: 'up' },
          worker: { status: 'up' },
          interface: { status: 'up' },
        },
      },
    ])
  })

  it.each(['Mara', 'Jonas', 'Aiko', 'Lena', 'Rosa', 'Vik', 'Guest'])(
    'shows %s exactly the clips they may see in Discord',
    async (name) => {
      const visitor = await signIn(browser, product.url, name)
      await showAgeRestricted(visitor, product.url)
      expect((await listClipIds(visitor, product.url)).toSorted()).toEqual(expectedFor(name))
      await visitor.context.close()
    },
  )

  it('plays a clip from a poster to its end, and seeks', async () => {
    const { context, page, errors } = await signIn(browser, product.url, 'Mara')
    const tile = page.locator('[data-testid=clip-tile][data-state=ready]').first()
    await tile.locator('img').first().waitFor()
    await tile.click()
    const player = page.getByTestId('player')
    await player.waitFor()
    await player.evaluate((video: HTMLVideoElement) => {
      video.muted = true
      video.playbackRate = 4
      return video.play()
    })
    await until(() => player.evaluate((video: HTMLVideoElement) => video.ended))
    await player.evaluate((video: HTMLVideoElement) => {
      video.pause()
      video.currentTime = video.duration / 2
    })
    await until(() =>
      player.evaluate(
        (video: HTMLVideoElement) => !video.seeking && Math.abs(video.currentTime - video.duration / 2) < 0.2,
      ),
    )
    expect(errors).toEqual([])
    await page.keyboard.press('Escape')
    await player.waitFor({ state: 'detached' })
    await context.close()
  })

  it('gives bytes only to those who may see the clip, at any range', async () => {
    const staffClip = truth.clips.find(
      ({ channel_id: channelId }) => truth.channels.find(({ id }) => id === channelId)?.name === 'staff',
    )!
    const address = `${product.url}/api/clips/${staffClip.id}/video`
    expect((await fetch(address)).status).toBe(401)
    const lena = await signIn(browser, product.url, 'Lena')
    for (const path of ['video', 'poster', ''])
      expect(
        (
          await lena.context.request.get(`${product.url}/api/clips/${staffClip.id}/${path}`.replace(/\/$/, ''))
        ).status(),
      ).toBe(404)
    const jonas = await signIn(browser, product.url, 'Jonas')
    const part = await jonas.context.request.get(address, { headers: { range: 'bytes=0-99' } })
    expect([part.status(), (await part.body()).length, part.headers()['content-range']]).toEqual([
      206,
      100,
      expect.stringMatching(/^bytes 0-99\/\d+$/),
    ])
    expect((await jonas.context.request.get(address, { headers: { range: 'bytes=999999999-' } })).status()).toBe(416)
    expect(
      (await jonas.context.request.get(`${product.url}/api/clips/${staffClip.id}/poster`)).headers()['content-type'],
    ).toBe('image/webp')
    await Promise.all([lena.context.close(), jonas.context.close()])
  })

  it('says in words why a broken file has no picture', async () => {
    const { context } = await signIn(browser, product.url, 'Mara')
    for (const [media, code] of [
      ['text', 'not-a-video'],
      ['truncated', 'truncated'],
    ]) {
      const clip = truth.clips.find((candidate) => candidate.media === media)!
      const answer = await context.request.get(`${product.url}/api/clips/${clip.id}`)
      expect(JSON.stringify(await answer.json())).toContain(code)
    }
    await context.close()
  })

  it('shows a clip that is posted now without a reload, and those of meanwhile when the tab is looked at again', async () => {
    const { context, page } = await signIn(browser, product.url, 'Sam')
    await page.getByTestId('clip-tile').first().waitFor()
    const channel = truth.channels.find(({ guild_id: guildId, name }) => guildId === SQUAD && name === 'general')!
    const author = truth.people.find(({ global_name: name }) => name === 'Aiko')!
    const post = async (): Promise<string> => {
      const posted = (await control(product, 'POST', '/messages', {
        channel_id: channel.id,
        author_id: author.id,
        content: 'just now',
        media: ['scene-2'],
      })) as { attachments: { id: string }[] }
      return `[data-testid=clip-tile][data-clip-id="${posted.attachments[0]!.id}"][data-state=ready]`
    }
    await page.locator(await post()).waitFor()
    const look = (isLookedAt: boolean) =>
      page.evaluate((hidden) => {
        Object.defineProperty(document, 'hidden', { configurable: true, value: hidden })
        document.dispatchEvent(new Event('visibilitychange'))
      }, !isLookedAt)
    const givenBack = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/api/events'))
    await look(false)
    await givenBack
    const meanwhile = await post()
    await look(true)
    await page.locator(meanwhile).waitFor()
    await context.close()
  })

  it('lets managers scan and tells others how it stands', async () => {
    const manager = await signIn(browser, product.url, 'Jonas')
    await manager.page.goto(`${product.url}/guilds/${SQUAD}/scans`)
    const channel = truth.channels.find(({ guild_id: guildId, name }) => guildId === SQUAD && name === 'rocket-goals')!
    const row = manager.page
      .locator(`[data-testid=scan-row][data-channel-id="${channel.id}"]`)
      .filter({ visible: true })
    await row.waitFor()
    const author = truth.people.find(({ global_name: name }) => name === 'Aiko')!
    await control(product, 'POST', `/channels/${channel.id}/history`, { author_id: author.id, count: 300 })
    await manager.page.getByTestId('scan-now').first().click()
    await until(async () => (await row.getAttribute('data-status')) === 'succeeded')
    const member = await signIn(browser, product.url, 'Sam')
    await member.page.goto(`${product.url}/guilds/${SQUAD}/scans`)
    await member.page
      .locator(`[data-testid=scan-row][data-channel-id="${channel.id}"]`)
      .filter({ visible: true })
      .waitFor()
    expect(await member.page.getByTestId('scan-now').count()).toBe(0)
    const refused = await member.context.request.post(`${product.url}/api/guilds/${SQUAD}/scans`, {
      data: {},
      headers: { origin: product.url },
    })
    expect(refused.status()).toBe(403)
    expect(await member.page.getByText('staff', { exact: true }).count()).toBe(0)
    await Promise.all([manager.context.close(), member.context.close()])
  })

  it('is accessible on every page', async () => {
    const outside = await visit(browser, product.url)
    await outside.page.getByTestId('sign-in').filter({ visible: true }).waitFor()
    expect(await violations(outside.page)).toEqual([])
    const { context, page } = await signIn(browser, product.url, 'Mara')
    await page.getByTestId('clip-tile').first().waitFor()
    expect(await violations(page)).toEqual([])
    await page.goto(`${product.url}/guilds/${SQUAD}/scans`)
    await page.getByTestId('scan-row').first().waitFor()
    expect(await violations(page)).toEqual([])
    await page.goto(`${product.url}/clips/${expectedFor('Mara')[0]}`)
    await page
      .getByRole('link', { name: /download/i })
      .or(page.getByRole('button', { name: /download/i }))
      .first()
      .waitFor()
    expect(await violations(page)).toEqual([])
    await Promise.all([outside.context.close(), context.close()])
  })

  it('answers 503 while a part is down, and brings it back', async () => {
    const status = async () => (await fetch(`${product.url}/api/health`)).status
    const [pid] = pidsOf(dataDir, 'worker/src/main.ts')
    process.kill(pid!, 'SIGKILL')
    await until(async () => (await status()) === 503)
    await until(async () => (await status()) === 200)
  })

  it('stops everything at Ctrl-C and starts again with all it had', async () => {
    await product.stop()
    await until(() => pidsOf(dataDir, '').length === 0)
    await expect(fetch(product.url)).rejects.toThrow()
    product = await startProduct({ dataDir })
    const { context, page } = await signIn(browser, product.url, 'Mara')
    await page.locator('[data-testid=clip-tile][data-state=ready] img').first().waitFor()
    await context.close()
  })
})

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).analyze()
  return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
}

/** Processes that work in a data folder, by what stands in their command line or environment. */
function pidsOf(dataDir: string, file: string): number[] {
  const listed = spawnSync('ps', ['-eo', 'pid=,args=', 'e', 'ww'], { encoding: 'utf8' }).stdout.split('\n')
  return listed
    .filter((line) => line.includes(dataDir) && line.includes(file) && !line.includes('vitest'))
    .map((line) => Number(line.trim().split(' ')[0]))
    .filter((pid) => pid !== process.pid)
}
