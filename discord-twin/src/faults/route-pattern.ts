type Requested = { method: string; path: string; template: string | null }

/**
 * Whether a pattern means a request. With `{name}` it is held against the route, so that `/users/{user_id}` is not `/users/@me`;
 * otherwise against the path. `*` stands for one part of a path, `**` for any number.
 */
export function namesRoute(pattern: string, { method, path, template }: Requested): boolean {
  const [, wanted, shape = ''] = /^(?:([A-Z]+) )?(.*)$/.exec(pattern) ?? []
  if (wanted !== undefined && wanted !== method) return false
  const normal = shape.replace(/\{\w*\}/g, '{}')
  const byRoute = normal.includes('{}') && template !== null && !template.includes('*')
  return toRegExp(normal, byRoute ? '\\{\\}' : '[^/]+').test(byRoute ? template : path)
}

function toRegExp(shape: string, parameter: string): RegExp {
  const source = shape.replace(/\*\*|\*|\{\}|[$()+.?[\\\]^|]/g, (token) => {
    if (token === '**') return '.*'
    if (token === '*') return '[^/]*'
    return token === '{}' ? parameter : `\\${token}`
  })
  return new RegExp(`^${source}$`)
}
