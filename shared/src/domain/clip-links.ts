import type { ClipRules } from './clip-types.ts'
import { isLinkUrl } from './hosts.ts'

const LINKS_MAX = 20
const VIDEO_PATH = /\.(?:mp4|webm|mov)$/i

/** Addresses of video files on allowed clip hosts in a text, each once, in order. */
export function videoLinksIn(text: string, { linkHosts }: Pick<ClipRules, 'linkHosts'>): string[] {
  if (linkHosts.length === 0) return []
  const links = (text.match(/https:\/\/[^\s<>"|]+/gi) ?? []).slice(0, LINKS_MAX).map(withoutPunctuation)
  return [...new Set(links)].filter((url) => isLinkUrl(linkHosts, url) && VIDEO_PATH.test(new URL(url).pathname))
}

/** Whether an address stands in a part of the text that is hidden as a spoiler (`||…||`). */
export function isSpoilered(text: string, address: string): boolean {
  const parts = text.split('||')
  return parts.some((part, index) => index % 2 === 1 && index < parts.length - 1 && part.includes(address))
}

/** What ends a sentence around an address is not part of it; a closing bracket is when it was opened inside. */
function withoutPunctuation(url: string): string {
  let end = url.length
  while (end > 0 && ".,;:!?'*_~)]".includes(url.charAt(end - 1))) {
    if (url.charAt(end - 1) === ')' && url.slice(0, end).includes('(')) break
    end -= 1
  }
  return url.slice(0, end)
}
