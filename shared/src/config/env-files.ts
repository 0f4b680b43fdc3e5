import { envVariables } from './variables.ts'

const NOTE = 'Made by `npm run generate` from shared/src/config/variables.ts; do not edit by hand.'

/** The text of `.env.example`. */
export function renderEnvExample(): string {
  const lines = [
    `# ${NOTE}`,
    '# Copy to .env and remove the # before what you set. Every variable is optional unless the text says otherwise.',
  ]
  for (const [group, variables] of grouped()) {
    lines.push('', `## ${group}`)
    for (const variable of variables) {
      lines.push(`# ${variable.description}`)
      if (variable.names.length > 1) lines.push(`# Also read as ${variable.names.slice(1).join(', ')}.`)
      lines.push(
        `#${variable.names[0]}=${/[\s#]/.test(variable.example) ? JSON.stringify(variable.example) : variable.example}`,
      )
    }
  }
  return `${lines.join('\n')}\n`
}

/** The text of docs/reference/env.md. */
export function renderEnvReference(): string {
  const lines = [
    '# Environment variables',
    '',
    `<!-- ${NOTE} -->`,
    '',
    'All are optional unless the text says otherwise. Where two names stand, the first wins. An empty value counts as not set.',
  ]
  for (const [group, variables] of grouped()) {
    lines.push('', `## ${group}`, '', '| name | meaning | example |', '|---|---|---|')
    for (const variable of variables) {
      lines.push(
        `| ${variable.names.map((name) => `\`${name}\``).join(' or ')} | ${variable.description} | \`${variable.example}\` |`,
      )
    }
  }
  return `${lines.join('\n')}\n`
}

function grouped() {
  return Map.groupBy(envVariables, (variable) => variable.group)
}
