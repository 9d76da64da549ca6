import { mayAct, type Role } from './sessions.ts'

export const sections = ['actions', 'templates', 'deliveries', 'patients', 'feed', 'settings', 'simulator'] as const
export type Section = (typeof sections)[number]

const labels: Record<Section, string> = {
  actions: 'Actions',
  templates: 'Templates',
  deliveries: 'Deliveries',
  patients: 'Patients',
  feed: 'Feed',
  settings: 'Settings',
  simulator: 'Simulator',
}

export interface NavItem {
  href: string
  label: string
  icon: Section
  current: boolean
}

/** Only what there is, and what the visitor's role may open. */
export function navItems(current: Section, role: Role, simulator: boolean): NavItem[] {
  return sections
    .filter((section) => section !== 'simulator' || simulator)
    .filter((section) => section !== 'settings' || mayAct(role, 'manager'))
    .map((section) => ({ href: `/${section}`, label: labels[section], icon: section, current: section === current }))
}
