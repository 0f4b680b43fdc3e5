/** The media type a browser gets. QuickTime files are announced as mp4, whose container they share: Chromium refuses video/quicktime but plays the bytes. */
export function playableContentType(stored: string | null): string {
  const type = stored?.split(';')[0]?.trim().toLowerCase()
  if (!type || !/^video\/[\w.+-]+$/.test(type)) return 'application/octet-stream'
  return type === 'video/quicktime' || type === 'video/x-m4v' ? 'video/mp4' : type
}
