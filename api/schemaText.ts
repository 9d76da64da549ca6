/** The parts of JSON Schema that zod writes. */
interface Schema {
  $ref?: string
  type?: string | string[]
  const?: unknown
  enum?: unknown[]
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  items?: Schema
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  default?: unknown
  description?: string
  format?: string
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
}

/** A JSON schema as a shape that one reads at a glance: `name?: type = default`, one field a line; names of other schemas are marked with §. */
export function schemaText(schema: unknown, indent = ''): string {
  const {
    $ref,
    anyOf,
    oneOf,
    allOf,
    enum: values,
    const: only,
    type,
    items,
    properties,
    additionalProperties,
  } = schema as Schema
  if ($ref !== undefined) return $ref.replace(/^.*\//, '§')
  const choices = anyOf ?? oneOf
  if (choices) return choices.map((choice) => schemaText(choice, indent)).join(' | ')
  if (allOf) return allOf.map((each) => schemaText(each, indent)).join(' & ')
  if (values) return values.map((value) => JSON.stringify(value)).join(' | ')
  if (only !== undefined) return JSON.stringify(only)
  if (type === 'array') return items === undefined ? '[…]' : `[${schemaText(items, indent)}]`
  if (properties) return objectText(schema as Schema, properties, indent)
  if (typeof additionalProperties === 'object') return `{ [name]: ${schemaText(additionalProperties, indent)} }`
  return plainText(schema as Schema)
}

function objectText({ required = [] }: Schema, properties: Record<string, Schema>, indent: string): string {
  const inner = `${indent}  `
  const lines = Object.entries(properties).map(([name, field]) => {
    const mark = required.includes(name) && field.default === undefined ? '' : '?'
    const preset = field.default === undefined ? '' : ` = ${JSON.stringify(field.default)}`
    const note = field.description === undefined ? '' : `  — ${field.description}`
    return `${inner}${name}${mark}: ${schemaText(field, inner)}${preset}${note}`
  })
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${indent}}`
}

function plainText({ type, format, minimum, maximum, minLength, maxLength }: Schema): string {
  const name = Array.isArray(type) ? type.join(' | ') : (format ?? type ?? 'anything')
  const limits = [
    ...(minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? [`from ${minimum}`] : []),
    ...(maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? [`to ${maximum}`] : []),
    ...(minLength !== undefined && minLength > 1 ? [`${minLength} characters or more`] : []),
    ...(maxLength !== undefined ? [`up to ${maxLength} characters`] : []),
  ]
  return limits.length === 0 ? name : `${name} (${limits.join(', ')})`
}
