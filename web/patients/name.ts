interface Named {
  firstName: string | null
  lastName: string | null
  preferredName: string | null
}

/** "Maria Quill"; with the name she goes by first when it is known. */
export function fullName({ firstName, lastName, preferredName }: Named): string {
  return [preferredName ?? firstName, lastName].filter(Boolean).join(' ') || 'Unnamed patient'
}
