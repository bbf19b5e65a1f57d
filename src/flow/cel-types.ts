import type { Environment } from '@marcbachmann/cel-js'
import { describeType, type RecordType, type ValueType } from '../words/value.ts'
import { type FactSpec, factValueType } from './types.ts'

/** A fact group and its fields, from dotted names. */
export function factGroups(facts: Record<string, FactSpec>): Map<string, Record<string, ValueType>> {
  const groups = new Map<string, Record<string, ValueType>>()
  for (const spec of Object.values(facts)) {
    const [group = '', field = ''] = spec.name.split('.')
    const fields = groups.get(group) ?? {}
    fields[field] = factValueType(spec.type)
    groups.set(group, fields)
  }
  return groups
}

/** CEL's name of a type that a fact can have. */
export function celName(type: ValueType): string {
  switch (type.kind) {
    case 'timestamp':
      return 'google.protobuf.Timestamp'
    case 'list':
      return `list<${celName(type.of)}>`
    case 'record':
      return describeType(type)
    default:
      return type.kind
  }
}

/** The library knows records by name only: each gets one that tells where it stands (`Out_sockets`). */
export function registerTypes(
  environment: Environment,
  groups: ReadonlyMap<string, Record<string, ValueType>>,
  output: RecordType | null,
): void {
  const record = (name: string, fields: Record<string, ValueType>): string => {
    const declared = Object.entries(fields).map(([field, type]) => [field, nameOf(`${name}_${field}`, type)])
    environment.registerType(name, { fields: Object.fromEntries(declared) })
    return name
  }
  const nameOf = (name: string, type: ValueType): string => {
    if (type.kind === 'record') return record(name, type.fields)
    return type.kind === 'list' ? `list<${nameOf(name, type.of)}>` : celName(type)
  }
  for (const [group, fields] of groups) environment.registerVariable(group, record(`Facts_${group}`, fields))
  if (output) environment.registerVariable('out', record('Out', output.fields))
}

/** CEL type names of the fields of `out` that hold hops. */
export function hopsTypes(output: RecordType): string[] {
  const hop = { kind: 'string', vendor: 'string', role: 'string' }
  const fits = (type: ValueType) =>
    type.kind === 'list' &&
    type.of.kind === 'record' &&
    Object.keys(type.of.fields).length === 3 &&
    Object.entries(hop).every(([name, kind]) => type.of.kind === 'record' && type.of.fields[name]?.kind === kind)
  const fields = Object.entries(output.fields).filter(([, type]) => fits(type))
  return ['list<map<string, string>>', ...fields.map(([name]) => `list<Out_${name}>`)]
}

/** Every field name of a record, nested ones too: what a misspelt field may have meant. */
export function fieldsOf(type: ValueType): string[] {
  if (type.kind === 'list') return fieldsOf(type.of)
  if (type.kind !== 'record') return []
  return Object.entries(type.fields).flatMap(([name, field]) => [name, ...fieldsOf(field)])
}

/** CEL's type names as people read them. */
export function friendlyType(type: string): string {
  return type
    .replaceAll('google.protobuf.Timestamp', 'timestamp')
    .replaceAll('google.protobuf.Duration', 'duration')
    .replace(/\b(Facts|Out)(_\w+)?\b/g, (_, kind: string, path?: string) =>
      kind === 'Out' ? `out${(path ?? '').replaceAll('_', '.')}` : 'facts',
    )
}
