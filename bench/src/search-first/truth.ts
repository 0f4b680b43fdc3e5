/** Ids of the clips with a file that the bot can read, as the twin knows them. */
export async function listTrueClips(apiUrl: string): Promise<Set<string>> {
  const base = `${apiUrl.replace(/\/api$/, '')}/_twin/clips?limit=2000`
  const ids = new Set<string>()
  for (let after: string | null = ''; after !== null;) {
    const answer = await fetch(after === '' ? base : `${base}&after=${after}`)
    const page = (await answer.json()) as {
      clips: { id: string | null; readable_by_bot: boolean }[]
      next: string | null
    }
    for (const { id, readable_by_bot: isReadable } of page.clips) if (id !== null && isReadable) ids.add(id)
    after = page.next
  }
  return ids
}
