import { ComponentType } from 'discord-api-types/v10'
import type { APIMessageTopLevelComponent } from 'discord-api-types/v10'
import type { TwinContext } from '../context.ts'
import type { Attachment, RawComponent } from '../world/types.ts'
import { showMedia } from './media.ts'

/** Components with everything that Discord adds; media show the message's own files or what is elsewhere. */
export function componentPayloads(
  context: TwinContext,
  components: readonly RawComponent[],
  { id, files }: { id: string; files: readonly Attachment[] },
): APIMessageTopLevelComponent[] {
  let media = BigInt(id)
  const mediaOf = (value: unknown) => {
    const { url, proxyUrl, file } = showMedia(context, addressIn(value), files)
    if (file)
      return {
        id: file.id,
        url,
        proxy_url: proxyUrl,
        width: file.width ?? null,
        height: file.height ?? null,
        content_type: file.content_type ?? null,
        attachment_id: file.id,
      }
    return { id: String((media += 1n)), url, proxy_url: proxyUrl, width: null, height: null, content_type: null }
  }
  const fileOf = (value: unknown) => showMedia(context, addressIn(value), files).file
  const inner = (value: unknown) => ((value ?? []) as RawComponent[]).map(one)
  const one = (component: RawComponent): RawComponent => {
    switch (component.type) {
      case ComponentType.ActionRow:
        return { ...component, components: inner(component['components']) }
      case ComponentType.Section:
        return {
          ...component,
          components: inner(component['components']),
          accessory: one(component['accessory'] as RawComponent),
        }
      case ComponentType.Thumbnail:
        return {
          ...component,
          media: mediaOf(component['media']),
          description: component['description'] ?? null,
          spoiler: component['spoiler'] ?? false,
        }
      case ComponentType.MediaGallery:
        return {
          ...component,
          items: ((component['items'] ?? []) as Record<string, unknown>[]).map((item) => ({
            media: mediaOf(item['media']),
            description: item['description'] ?? null,
            spoiler: item['spoiler'] ?? false,
          })),
        }
      case ComponentType.File: {
        const file = fileOf(component['file'])
        return {
          ...component,
          file: mediaOf(component['file']),
          name: file?.filename ?? null,
          size: file?.size ?? null,
          spoiler: component['spoiler'] ?? false,
        }
      }
      case ComponentType.Separator:
        return { ...component, spacing: component['spacing'] ?? 1, divider: component['divider'] ?? true }
      case ComponentType.Container:
        return {
          ...component,
          accent_color: component['accent_color'] ?? null,
          components: inner(component['components']),
          spoiler: component['spoiler'] ?? false,
        }
      default:
        return component
    }
  }
  return completeIds(components).map(one)
}

/** Gives every component without an id the next free one, outer before inner, as Discord does. */
export function completeIds(components: readonly RawComponent[]): RawComponent[] {
  const taken = new Set<number>()
  const gather = (component: RawComponent): void => {
    if (typeof component['id'] === 'number' && component['id'] > 0) taken.add(component['id'])
    for (const child of childrenOf(component)) gather(child)
  }
  components.forEach(gather)
  let last = 0
  const nextId = (): number => {
    do last += 1
    while (taken.has(last))
    return last
  }
  const complete = (component: RawComponent): RawComponent => {
    const { id, components: children, accessory } = component
    const completed: RawComponent = { ...component, id: typeof id === 'number' && id > 0 ? id : nextId() }
    if (Array.isArray(children)) completed['components'] = (children as RawComponent[]).map(complete)
    if (accessory) completed['accessory'] = complete(accessory as RawComponent)
    return completed
  }
  return components.map(complete)
}

/** What stands in a component. */
export function childrenOf({ components, accessory }: RawComponent): RawComponent[] {
  return [
    ...(Array.isArray(components) ? (components as RawComponent[]) : []),
    ...(accessory ? [accessory as RawComponent] : []),
  ]
}

function addressIn(item: unknown): string {
  const { url } = (item ?? {}) as { url?: unknown }
  return typeof url === 'string' ? url : ''
}
