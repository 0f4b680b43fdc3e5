import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { serverSide } from '@/lib/server-side.ts'
import { PublicPrivacyPage } from '@/features/privacy/public-privacy.tsx'

export const metadata: Metadata = { title: 'Privacy' }

export default async function PrivacyPage() {
  // What it says comes from the settings of this moment, so it is never made at build time.
  await headers()
  return <PublicPrivacyPage {...await serverSide().pages.publicPrivacy()} />
}
