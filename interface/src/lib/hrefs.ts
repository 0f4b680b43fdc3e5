/** Address of the library, of one guild when given. */
export function hrefOfLibrary(guildId: string | null): string {
  return guildId ? `/?guild=${guildId}` : '/'
}

/** Address of a clip; the guild keeps previous and next within it. */
export function hrefOfClip(clipId: string, guildId: string | null): string {
  return guildId ? `/clips/${clipId}?guild=${guildId}` : `/clips/${clipId}`
}

/** The clip an address names, or null. */
export function clipIdOf(pathname: string): string | null {
  return /^\/clips\/(\d+)$/.exec(pathname)?.[1] ?? null
}
