import type { ChannelRules, ClaimedRun } from '@dcs/shared/db'

/** A turn of a scan: the run as it was claimed, where, and what the settings say, looked up again as the turn goes on. */
export type Scan = { run: ClaimedRun; guildId: string; channelId: string; name: string; rules: ChannelRules }

/** How a turn ended: everything is read, others shall have their turn, or the run is no longer ours (paused, canceled, taken over). */
export type TurnEnd = 'done' | 'turn-over' | 'not-ours'
