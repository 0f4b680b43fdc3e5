import { ButtonStyle, ComponentType as Type } from 'discord-api-types/v10'
import { childrenOf, completeIds } from '../../payloads/components.ts'
import type { RawComponent } from '../../world/types.ts'
import { formError, type FormProblem } from '../form.ts'
import { LIMITS } from './limits.ts'

const INTERACTIVE = [
  Type.Button,
  Type.StringSelect,
  Type.UserSelect,
  Type.RoleSelect,
  Type.MentionableSelect,
  Type.ChannelSelect,
]
const IN_CONTAINER = [Type.ActionRow, Type.Section, Type.TextDisplay, Type.MediaGallery, Type.File, Type.Separator]

type Found = { problems: FormProblem[]; customIds: Map<string, number>; fileNames: ReadonlySet<string> }
type Path = readonly PropertyKey[]

/** Components of a request with what Discord adds. Throws its form error; `attachment://name` must be one of the files. */
export function parseComponents(
  components: readonly RawComponent[],
  { isV2, fileNames }: { isV2: boolean; fileNames: Iterable<string> },
): RawComponent[] {
  const found: Found = { problems: [], customIds: new Map(), fileNames: new Set(fileNames) }
  const types = isV2 ? [...IN_CONTAINER, Type.Container] : [Type.ActionRow]
  const path = ['components']
  if (isV2) checkTotals(found, components, path)
  else checkCount(found, components, { path, min: 0, max: LIMITS.rows })
  components.forEach((component, index) => check(found, component, [...path, index], types))
  if (found.problems.length > 0) throw formError(found.problems)
  return completeIds(components).map(withDefaults)
}

/** What text displays say, for mentions. */
export function textOf(components: readonly RawComponent[]): string[] {
  return components.flatMap((component) => [
    ...(component.type === Type.TextDisplay
      ? [typeof component['content'] === 'string' ? component['content'] : '']
      : []),
    ...textOf(childrenOf(component)),
  ])
}

function checkTotals({ problems }: Found, components: readonly RawComponent[], path: Path): void {
  const count = (list: readonly RawComponent[]): number =>
    list.reduce((sum, component) => sum + 1 + count(childrenOf(component)), 0)
  if (count(components) > LIMITS.components)
    problems.push({
      path,
      code: 'COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED',
      message: `The total number of components, including nested components, must not exceed ${LIMITS.components}`,
    })
  if (textOf(components).join('').length > LIMITS.componentText)
    problems.push({
      path,
      code: 'COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED',
      message: `The total displayable text size must not exceed ${LIMITS.componentText}`,
    })
}

function check(found: Found, component: RawComponent, path: Path, types: readonly Type[]): void {
  const { problems } = found
  if (!types.includes(component?.type))
    return void problems.push({
      path: [...path, 'type'],
      code: 'UNION_TYPE_CHOICES',
      message: `Value of field "type" must be one of (${types.toSorted((a, b) => a - b).join(', ')}${types.length === 1 ? ',' : ''}).`,
    })
  const children = (component['components'] ?? []) as RawComponent[]
  const each = (inner: readonly Type[]) =>
    children.forEach((child, index) => check(found, child, [...path, 'components', index], inner))
  const inside = [...path, 'components']
  switch (component.type) {
    case Type.ActionRow: {
      const hasSelect = children.some(({ type }) => type !== Type.Button)
      checkCount(found, children, { path: inside, min: 1, max: hasSelect ? 1 : 5 })
      return each(INTERACTIVE)
    }
    case Type.Container:
      checkCount(found, children, { path: inside, min: 1, max: LIMITS.components })
      return each(IN_CONTAINER)
    case Type.Section:
      checkCount(found, children, { path: inside, min: 1, max: 3 })
      each([Type.TextDisplay])
      if (!component['accessory']) return required(found, [...path, 'accessory'])
      return check(found, component['accessory'] as RawComponent, [...path, 'accessory'], [Type.Button, Type.Thumbnail])
    case Type.TextDisplay:
      return checkText(found, component['content'], { path: [...path, 'content'], min: 1, max: LIMITS.componentText })
    case Type.Thumbnail:
      return checkMedia(found, component['media'], [...path, 'media'])
    case Type.MediaGallery: {
      const items = (component['items'] ?? []) as Record<string, unknown>[]
      checkCount(found, items, { path: [...path, 'items'], min: 1, max: 10 })
      return items.forEach((item, index) => checkMedia(found, item['media'], [...path, 'items', index, 'media']))
    }
    case Type.File:
      return checkMedia(found, component['file'], [...path, 'file'], ['attachment'])
    case Type.Button:
      return checkButton(found, component, path)
    case Type.Separator:
      return
    default:
      return checkSelect(found, component, path)
  }
}

function checkButton(found: Found, button: RawComponent, path: Path): void {
  const { style, label, emoji, url } = button
  if (typeof style !== 'number' || !(style in ButtonStyle))
    return void found.problems.push({
      path: [...path, 'style'],
      code: 'BASE_TYPE_CHOICES',
      message: 'Value must be one of {1, 2, 3, 4, 5, 6}.',
    })
  if (style === ButtonStyle.Premium) return
  if (label !== undefined && label !== null) checkText(found, label, { path: [...path, 'label'], min: 1, max: 80 })
  else if (!emoji)
    found.problems.push({
      path,
      code: 'BUTTON_COMPONENT_INVALID_CONTENT',
      message: 'A button must have a label or an emoji',
    })
  if (style === ButtonStyle.Link) {
    if (typeof url !== 'string' || url === '')
      found.problems.push({ path, code: 'BUTTON_COMPONENT_URL_REQUIRED', message: 'A url is required' })
    return
  }
  checkCustomId(found, button, path)
}

function checkSelect(found: Found, select: RawComponent, path: Path): void {
  checkCustomId(found, select, path)
  if (select.type === Type.StringSelect)
    checkCount(found, (select['options'] ?? []) as unknown[], { path: [...path, 'options'], min: 1, max: 25 })
}

function checkCustomId(found: Found, { custom_id: customId }: RawComponent, path: Path): void {
  if (customId === undefined || customId === null) return required(found, [...path, 'custom_id'])
  checkText(found, customId, { path: [...path, 'custom_id'], min: 1, max: 100 })
  if (typeof customId !== 'string') return
  if (found.customIds.has(customId))
    found.problems.push({
      path: [...path, 'custom_id'],
      code: 'COMPONENT_CUSTOM_ID_DUPLICATED',
      message: 'Component custom id cannot be duplicated',
    })
  found.customIds.set(customId, 1)
}

function checkMedia(
  found: Found,
  media: unknown,
  path: Path,
  schemes: readonly string[] = ['http', 'https', 'attachment'],
): void {
  const url = (media as { url?: unknown } | null | undefined)?.url
  const at = [...path, 'url']
  if (typeof url !== 'string') return required(found, at)
  const [, scheme = '', rest = ''] = /^([a-z]+):\/\/(.*)$/.exec(url) ?? []
  if (!schemes.includes(scheme))
    return void found.problems.push({
      path: at,
      code: 'URL_TYPE_INVALID_SCHEME',
      message: `Scheme "${scheme}" must be one of (${schemes.map((name) => `'${name}'`).join(', ')}).`,
    })
  if (scheme === 'attachment' && !found.fileNames.has(rest))
    found.problems.push({
      path: at,
      code: 'UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND',
      message: `The referenced attachment was not found: ${url}`,
    })
}

function checkText(
  { problems }: Found,
  value: unknown,
  { path, min, max }: { path: Path; min: number; max: number },
): void {
  if (typeof value !== 'string') return required({ problems }, path)
  if (value.length < min)
    problems.push({ path, code: 'BASE_TYPE_MIN_LENGTH', message: `Must be ${min} or more in length.` })
  if (value.length > max)
    problems.push({ path, code: 'BASE_TYPE_MAX_LENGTH', message: `Must be ${max} or fewer in length.` })
}

function checkCount(
  { problems }: Found,
  list: readonly unknown[],
  { path, min, max }: { path: Path; min: number; max: number },
): void {
  if (list.length < min || list.length > max)
    problems.push({
      path,
      code: 'BASE_TYPE_BAD_LENGTH',
      message: `Must be between ${min} and ${max} in length.`,
    })
}

function required({ problems }: Pick<Found, 'problems'>, path: Path): void {
  problems.push({ path, code: 'BASE_TYPE_REQUIRED', message: 'This field is required' })
}

/** How many values a choice takes, when it does not say. */
function withDefaults(component: RawComponent): RawComponent {
  const { components, accessory, type } = component
  const isSelect = INTERACTIVE.includes(type) && type !== Type.Button
  return {
    ...Object.fromEntries(Object.entries(component).filter(([, value]) => value !== null)),
    type,
    ...(isSelect ? { min_values: component['min_values'] ?? 1, max_values: component['max_values'] ?? 1 } : {}),
    ...(Array.isArray(components) ? { components: (components as RawComponent[]).map(withDefaults) } : {}),
    ...(accessory ? { accessory: withDefaults(accessory as RawComponent) } : {}),
  }
}
