export const sections = ['actions', 'deliveries', 'patients', 'settings', 'simulator'] as const
export type Section = (typeof sections)[number]

const labels: Record<Section, string> = {
  actions: 'Actions',
  deliveries: 'Deliveries',
  patients: 'Patients',
  settings: 'Settings',
  simulator: 'Simulator',
}

export interface NavItem {
  href: string
  label: string
  icon: Section
  current: boolean
}

/** Only what there is. */
export function navItems(current: Section, simulator: boolean): NavItem[] {
  return sections
    .filter((section) => section !== 'simulator' || simulator)
    .map((section) => ({ href: `/${section}`, label: labels[section], icon: section, current: section === current }))
}
