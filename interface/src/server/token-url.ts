/** Where Discord hands out and renews the tokens of people. */
export function tokenUrl(apiUrl: string): string {
  return `${apiUrl}/v10/oauth2/token`
}
