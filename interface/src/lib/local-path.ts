/** Whether a text is a path of our own: `//host`, `/\host` and what browsers take for them (they drop tabs and line ends) lead elsewhere. */
export function isLocalPath(text: string): boolean {
  return (
    /^\/(?![/\\])[!-~]*$/.test(text) &&
    !text.includes('\\') &&
    URL.canParse(text, 'http://here.invalid') &&
    new URL(text, 'http://here.invalid').origin === 'http://here.invalid'
  )
}
