import { ButtonStyle, ComponentType } from 'discord-api-types/v10'
import type { RawComponent } from '../world/types.ts'
import { NotPossible } from './not-possible.ts'
import type { GivenFile, Resolved } from './resolved.ts'

/** What a person enters in a field of a form. */
export type FieldValue = string | boolean | readonly string[] | readonly GivenFile[]

/** Every component of a message or form, with those inside of others. */
export function* allComponents(components: readonly unknown[]): Generator<RawComponent> {
  for (const component of components) {
    if (!isComponent(component)) continue
    yield component
    const { components: inner, component: labelled, accessory } = component
    yield* allComponents([...(Array.isArray(inner) ? inner : []), labelled, accessory])
  }
}

/** What a click or a choice sends. Throws when the person could not do it. */
export function toComponentData(
  component: RawComponent,
  values: readonly string[] | undefined,
  resolved: Resolved,
): Record<string, unknown> {
  const { type, custom_id: customId, id } = component
  if (component['disabled']) throw new NotPossible(`Component "${String(customId)}" is disabled.`)
  const common = { custom_id: customId, component_type: type, ...(id === undefined ? {} : { id }) }
  if (type === ComponentType.Button) {
    if (component['style'] === ButtonStyle.Link) throw new NotPossible('A link does not tell the application.')
    return common
  }
  if (!values) throw new NotPossible(`Component "${String(customId)}" needs values.`)
  const chosen = checkChoice(component, values, resolved)
  return { ...common, values: chosen, ...resolved.fields() }
}

/** What a form sends, in the shape it was opened with. Throws when a field does not take what was entered. */
export function toFormComponents(
  components: readonly unknown[],
  fields: Readonly<Record<string, FieldValue>>,
  resolved: Resolved,
): Record<string, unknown>[] {
  const known = new Set([...allComponents(components)].map(({ custom_id: id }) => id))
  for (const name of Object.keys(fields))
    if (!known.has(name)) throw new NotPossible(`The form has no field "${name}".`)
  let nextId = 1
  const visit = (component: RawComponent): Record<string, unknown> => {
    const { type, components: inner, component: labelled, custom_id: customId } = component
    const common = { type, id: component['id'] ?? nextId++ }
    if (isComponent(labelled)) return { ...common, component: visit(labelled) }
    if (Array.isArray(inner)) return { ...common, components: inner.filter(isComponent).map(visit) }
    if (typeof customId !== 'string') return common
    return { ...common, custom_id: customId, ...fieldValue(component, fields[customId], resolved) }
  }
  return components.filter(isComponent).map(visit)
}

function fieldValue(
  component: RawComponent,
  value: FieldValue | undefined,
  resolved: Resolved,
): Record<string, unknown> {
  const name = String(component['custom_id'])
  switch (component.type) {
    case ComponentType.TextInput: {
      const text = value ?? component['value'] ?? ''
      if (typeof text !== 'string') throw new NotPossible(`Field "${name}" takes text.`)
      const required = component['required'] ?? true
      const min = Number(component['min_length'] ?? (required ? 1 : 0))
      if (text.length < (required || text ? min : 0) || text.length > Number(component['max_length'] ?? 4000))
        throw new NotPossible(`Field "${name}" is too short or too long.`)
      return { value: text }
    }
    case ComponentType.Checkbox:
      return { value: value === true }
    case ComponentType.RadioGroup:
      return { value: typeof value === 'string' ? value : null }
    case ComponentType.FileUpload: {
      const files = Array.isArray(value) ? value.filter((file) => typeof file === 'object') : []
      return { values: files.map((file: GivenFile) => resolved.addFile(file)) }
    }
    default: {
      const given = Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
      return {
        values: given.length === 0 && component['required'] === false ? [] : checkChoice(component, given, resolved),
      }
    }
  }
}

function checkChoice(component: RawComponent, values: readonly string[], resolved: Resolved): readonly string[] {
  const { type, options, custom_id: customId } = component
  const [min, max] = [Number(component['min_values'] ?? 1), Number(component['max_values'] ?? 1)]
  if (values.length < min || values.length > max)
    throw new NotPossible(`Component "${String(customId)}" takes ${min} to ${max} values.`)
  const offered = Array.isArray(options) ? options.map((option: { value?: unknown }) => option.value) : null
  for (const value of values) {
    if (offered && !offered.includes(value))
      throw new NotPossible(`Component "${String(customId)}" does not offer "${value}".`)
    if (type === ComponentType.UserSelect) resolved.addUser(value)
    if (type === ComponentType.RoleSelect) resolved.addRole(value)
    if (type === ComponentType.MentionableSelect) resolved.addMentionable(value)
    if (type === ComponentType.ChannelSelect) resolved.addChannel(value)
  }
  return values
}

function isComponent(value: unknown): value is RawComponent {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'number'
}
