import type { ClientBase } from 'pg'

/** Which of the original's layouts was adopted; `none` for an empty database or one of ours. */
export type Adoption = 'none' | 'original-sql' | 'original-tortoise'

export async function adoptDatabase(_client: ClientBase): Promise<Adoption> {
  return 'none'
}
