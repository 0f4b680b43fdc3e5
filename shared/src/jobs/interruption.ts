/**
 * Why a running job is told to end: somebody cancelled it, the worker stops, it took longer than its deadline, or another worker has it because this one
 * was thought dead.
 */
export type InterruptionKind = 'cancelled' | 'stopped' | 'expired' | 'lost'

const sentences: Record<InterruptionKind, string> = {
  cancelled: 'The job was cancelled.',
  stopped: 'The worker stops.',
  expired: 'The job took longer than it may.',
  lost: 'The job was given to another worker, because this one had not been heard of.',
}

/** The reason of a job's aborted signal. */
export class JobInterruption extends Error {
  override name = 'JobInterruption'
  readonly kind: InterruptionKind

  constructor(kind: InterruptionKind) {
    super(sentences[kind])
    this.kind = kind
  }
}

/** Why the job behind this signal was told to end; null while it was not, or when something else aborted it. */
export function interruptionOf(signal: AbortSignal): InterruptionKind | null {
  return signal.reason instanceof JobInterruption ? signal.reason.kind : null
}
