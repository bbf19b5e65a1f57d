/**
 * The types of facts and readings. They are few on purpose: what an expression in a flow can
 * compare must be obvious to the person who reads the flow. There is no double (milliseconds,
 * bytes and per-mille are ints), no null and no missing field.
 */
export type ValueType =
  | { kind: 'int' }
  | { kind: 'string' }
  | { kind: 'bool' }
  | { kind: 'timestamp' }
  | { kind: 'list'; of: ValueType }
  | RecordType

export interface RecordType {
  kind: 'record'
  fields: Record<string, ValueType>
}

/** What a value of a type is at run time. Ints are BigInt because CEL's int is 64 bits wide. */
export type Value = bigint | string | boolean | Date | Value[] | { [field: string]: Value }

/** The TypeScript type of a value described by a ValueType. */
export type Infer<T extends ValueType> = T extends { kind: 'int' }
  ? bigint
  : T extends { kind: 'string' }
    ? string
    : T extends { kind: 'bool' }
      ? boolean
      : T extends { kind: 'timestamp' }
        ? Date
        : T extends { kind: 'list'; of: infer U extends ValueType }
          ? Infer<U>[]
          : T extends { kind: 'record'; fields: infer F extends Record<string, ValueType> }
            ? { [K in keyof F]: Infer<F[K]> }
            : never

const int = { kind: 'int' } as const
const string = { kind: 'string' } as const
const bool = { kind: 'bool' } as const
const timestamp = { kind: 'timestamp' } as const

/** Builders: `t.record({ port: t.int, names: t.list(t.string) })`. */
export const t = {
  int,
  string,
  bool,
  timestamp,
  list: <const T extends ValueType>(of: T) => ({ kind: 'list', of }) as const,
  record: <const F extends Record<string, ValueType>>(fields: F) => ({ kind: 'record', fields }) as const,
}

/** The time that stands for "never seen" in a total reading. Compare with a count, not with this. */
export const NEVER = new Date(0)

/** Writes a ValueType as a person reads it: `list<{port: int}>`. */
export function describeType(type: ValueType): string {
  switch (type.kind) {
    case 'list':
      return `list<${describeType(type.of)}>`
    case 'record':
      return `{${Object.entries(type.fields)
        .map(([name, field]) => `${name}: ${describeType(field)}`)
        .join(', ')}}`
    default:
      return type.kind
  }
}
