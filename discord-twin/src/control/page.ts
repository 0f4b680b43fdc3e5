import type { FastifyInstance } from 'fastify'
import type { TwinContext } from '../context.ts'
import { page } from '../html.ts'
import { faultsSection, guildsSection, peopleSection, stateSection } from './page-sections.ts'

/** What the page shows besides the world. */
export type PageState = {
  /** Variables that point the product at this twin. */
  env: () => Record<string, string>
  sessions: () => number
  enforceRateLimits: () => boolean
}

/** `/`: the world, its people and channels, and the faults that are switched on, for a person. */
export function worldPage(app: FastifyInstance, context: TwinContext, state: PageState): void {
  app.get('/', (_request, reply) => {
    const body = [
      '<h1>A stand-in for Discord</h1><p>Everything here is made up. What is below <code>/_twin</code> changes it; <a href="/_twin/world">/_twin/world</a> holds the truth for tests.</p>',
      stateSection(context, state),
      faultsSection(context),
      peopleSection(context),
      guildsSection(context),
    ]
    return reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(page('A stand-in for Discord', body.join(''), { wide: true, script: SCRIPT }))
  })
}

/** Adds and removes faults through the control API, then shows the page anew. */
const SCRIPT = `
const problem = document.querySelector('[role=alert]')
const send = async (path, options) => {
  const answer = await fetch(path, options)
  if (answer.ok) location.reload()
  else problem.textContent = (await answer.json()).error
}
for (const button of document.querySelectorAll('[data-remove]'))
  button.onclick = () => send('/_twin/faults/' + button.dataset.remove, { method: 'DELETE' })
const form = document.querySelector('form')
const options = form.elements.namedItem('options')
form.elements.namedItem('kind').onchange = (event) => { options.value = ''; form.querySelector('small').textContent = event.target.selectedOptions[0].title }
form.onsubmit = (event) => {
  event.preventDefault()
  let more = {}
  try { more = options.value.trim() ? JSON.parse(options.value) : {} } catch (error) { problem.textContent = 'Options must be JSON: ' + error.message; return }
  void send('/_twin/faults', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ kind: form.elements.namedItem('kind').value, ...more }) })
}
`
