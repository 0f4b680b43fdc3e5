import type { Config } from '@dcs/shared/config'

/** True when Discord is played by a program on this machine: the people and servers are made up. */
export function isDemo(config: Config): boolean {
  const { hostname } = new URL(config.discord.apiUrl)
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
}
