/** The header that makes a browser save a file under this name (RFC 6266), with a plain form for old ones. */
export function attachmentDisposition(filename: string): string {
  const name = filename.replaceAll(/[\p{Cc}/\\]/gu, '_') || 'clip'
  const plain = name.replaceAll(/[^\x20-\x7e]|["%]/g, '_')
  const encoded = encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*!]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return plain === name
    ? `attachment; filename="${plain}"`
    : `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}
