import type { Scene } from './canvas.ts'
import { arena } from './scenes/arena.ts'
import { battleMap } from './scenes/battle-map.ts'
import { billiard } from './scenes/billiard.ts'
import { blocks } from './scenes/blocks.ts'
import { dungeon } from './scenes/dungeon.ts'
import { fighter } from './scenes/fighter.ts'
import { fireworks } from './scenes/fireworks.ts'
import { platformer } from './scenes/platformer.ts'
import { racing } from './scenes/racing.ts'
import { rhythm } from './scenes/rhythm.ts'
import { rocketGoal } from './scenes/rocket-goal.ts'
import { rooftops } from './scenes/rooftops.ts'
import { shooter } from './scenes/shooter.ts'
import { snake } from './scenes/snake.ts'
import { tunnel } from './scenes/tunnel.ts'
import { underwater } from './scenes/underwater.ts'

export type Encoding = 'h264-mp4' | 'h264-mp4-moov-end' | 'h264-mov' | 'hevc-mp4' | 'av1-webm' | 'vp9-webm'

export type ClipPlan = {
  readonly key: string
  readonly fileName: string
  readonly scene: Scene
  readonly seconds: number
  readonly fps?: 24 | 30
  readonly encoding?: Encoding
  readonly portrait?: boolean
  readonly look?: number
  readonly silent?: boolean
  /** Stored sideways, with a matrix that turns it upright. */
  readonly rotated?: boolean
  /** Cut off here, as a share of the file. */
  readonly cutAt?: number
  readonly player: string
  readonly rival?: string
}

export const clipPlans: readonly ClipPlan[] = [
  { key: 'h264-faststart', fileName: 'Neon_Drift_2025-05-18_last_lap.mp4', scene: racing, look: 1, seconds: 7, player: 'NovaFox' },
  { key: 'h264-moov-end', fileName: 'Replay 2025-06-02 21-14-08.mp4', scene: underwater, seconds: 8, encoding: 'h264-mp4-moov-end', player: 'Marlin' },
  { key: 'hevc', fileName: 'Hexflight.2025.07.11-22.41.09.DVR.mp4', scene: tunnel, seconds: 7, encoding: 'hevc-mp4', player: 'Quasar' },
  { key: 'av1-webm', fileName: 'starfall-wave14-no-hit.webm', scene: shooter, look: 1, seconds: 7, encoding: 'av1-webm', player: 'mira' },
  { key: 'vp9-webm', fileName: 'Screencast from 2025-04-27 19-03-55.webm', scene: blocks, seconds: 8, encoding: 'vp9-webm', player: 'Tobi' },
  { key: 'mov', fileName: 'Screen Recording 2025-02-09 at 23.17.42.mov', scene: rhythm, seconds: 7, encoding: 'h264-mov', player: 'pixelpanda' },
  { key: 'vertical', fileName: 'Screenrecorder-2025-08-03-18-22-10-441.mp4', scene: blocks, portrait: true, seconds: 8, player: 'lumi' },
  { key: 'one-second', fileName: 'wait_what.mp4', scene: arena, look: 1, seconds: 1, player: 'Kestrel', rival: 'Otterly' },
  { key: 'no-audio', fileName: '2025-01-30_20-48-33_muted.mp4', scene: platformer, look: 1, seconds: 6, silent: true, player: 'Bramble' },
  { key: 'rotated', fileName: 'VID_20250614_213907.mp4', scene: rhythm, portrait: true, seconds: 6, rotated: true, player: 'kolibri' },
  { key: 'truncated', fileName: 'Replay 2025-06-21 00-02-47.mp4', scene: rooftops, look: 1, seconds: 7, encoding: 'h264-mp4-moov-end', cutAt: 0.6, player: 'NovaFox' },
  { key: 'scene-1', fileName: 'Sunset_Circuit_2025-03-02_photo_finish.mp4', scene: racing, seconds: 8, player: 'Quasar' },
  { key: 'scene-2', fileName: 'Desktop 2025.03.28 - 20.15.33.04.DVR.mp4', scene: shooter, seconds: 7, player: 'pixelpanda' },
  { key: 'scene-3', fileName: 'all_coins_world_2-4.mp4', scene: platformer, seconds: 8, player: 'Tobi' },
  { key: 'scene-4', fileName: 'Rocket_League_2025-03-14_clutch.mp4', scene: rocketGoal, seconds: 7, player: 'Kestrel', rival: 'Team Blue' },
  { key: 'scene-5', fileName: 'crypt_floor7_speedrun_attempt_43.mp4', scene: dungeon, seconds: 8, fps: 24, player: 'mira' },
  { key: 'scene-6', fileName: 'TripleKill_Canyon_2025-05-05_23-58-12.mp4', scene: arena, seconds: 6, player: 'NovaFox', rival: 'Otterly' },
  { key: 'scene-7', fileName: 'rooftop_chase_final.mp4', scene: rooftops, seconds: 8, player: 'Kestrel' },
  { key: 'scene-8', fileName: 'Replay 2025-04-11 22-37-50.mp4', scene: billiard, seconds: 7, player: 'Marlin', rival: 'lumi' },
  { key: 'scene-9', fileName: 'snek_new_highscore.mp4', scene: snake, seconds: 8, player: 'kolibri' },
  { key: 'scene-10', fileName: 'finals_victory_screen_2025-07-26.mp4', scene: fireworks, seconds: 8, fps: 24, player: 'NovaFox' },
  { key: 'scene-11', fileName: 'PERFECT KO vs Otterly.mp4', scene: fighter, seconds: 6, player: 'Bramble', rival: 'Otterly' },
  { key: 'scene-12', fileName: 'Medal_2025-08-09_teamfight_1v2.mp4', scene: battleMap, seconds: 8, player: 'lumi', rival: 'Quillon' },
]
