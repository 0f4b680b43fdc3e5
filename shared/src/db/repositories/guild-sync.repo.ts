import { eq, sql } from 'drizzle-orm'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import { toJsonParameter } from '../json-parameter.ts'
import { guildRoles, type GuildRole } from '../models/index.ts'
import { notifyAccess } from '../notifications.ts'
import type { GuildSnapshot, RoleSnapshot } from '../types.ts'
import { upsertChannels } from './channels.repo.ts'
import { upsertGuilds } from './guilds.repo.ts'

/** Stores guilds with their roles and channels in one transaction and a constant number of statements. Missing channels stay stored. Returns the ids of channels not stored before. */
export async function syncGuilds(guilds: readonly GuildSnapshot[], db: Executor = database()): Promise<string[]> {
  return db.transaction(async (tx) => {
    await upsertGuilds(guilds, tx)
    await replaceRoles(new Map(guilds.flatMap((guild) => (guild.roles ? [[guild.id, guild.roles] as const] : []))), tx)
    return upsertChannels(
      guilds.flatMap((guild) => (guild.channels ?? []).map((channel) => ({ ...channel, guildId: guild.id }))),
      tx,
    )
  })
}

/** Makes the stored roles of these guilds exactly those given. */
export async function replaceRoles(
  rolesByGuild: ReadonlyMap<string, readonly RoleSnapshot[]>,
  db: Executor = database(),
): Promise<void> {
  if (rolesByGuild.size === 0) return
  const rows = [...rolesByGuild].flatMap(([guildId, roles]) =>
    roles.map((role) => ({
      guild_id: guildId,
      role_id: role.id,
      name: role.name,
      position: role.position,
      permissions: role.permissions,
    })),
  )
  const given = sql`jsonb_to_recordset(${toJsonParameter(rows)}::jsonb)
    as given(guild_id text, role_id text, name text, position integer, permissions text)`
  await db.transaction(async (tx) => {
    await tx.execute(sql`
      delete from guild_roles stored
      where guild_id in (select jsonb_array_elements_text(${JSON.stringify([...rolesByGuild.keys()])}::jsonb))
        and not exists (select from ${given} where given.guild_id = stored.guild_id and given.role_id = stored.role_id)`)
    await tx.execute(sql`
      insert into guild_roles (guild_id, role_id, name, position, permissions)
      select guild_id, role_id, name, position, permissions from ${given} order by guild_id, role_id
      on conflict (guild_id, role_id) do update
        set name = excluded.name, position = excluded.position, permissions = excluded.permissions`)
  })
}

/** Inserts or updates one role. */
export async function upsertRole(guildId: string, role: RoleSnapshot, db: Executor = database()): Promise<void> {
  const { id, ...values } = role
  await db.transaction(async (tx) => {
    await tx
      .insert(guildRoles)
      .values({ guildId, roleId: id, ...values })
      .onConflictDoUpdate({ target: [guildRoles.guildId, guildRoles.roleId], set: values })
    await notifyAccess({ guildId, userId: null }, tx)
  })
}

/** Removes one role. */
export async function deleteRole(guildId: string, roleId: string, db: Executor = database()): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.delete(guildRoles).where(sql`${guildRoles.guildId} = ${guildId} and ${guildRoles.roleId} = ${roleId}`)
    await notifyAccess({ guildId, userId: null }, tx)
  })
}

/** The roles of a guild. */
export async function listRoles(guildId: string, db: Executor = database()): Promise<GuildRole[]> {
  return db.select().from(guildRoles).where(eq(guildRoles.guildId, guildId))
}
