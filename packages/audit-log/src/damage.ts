/** What can be wrong with a log. */
export const DAMAGE_KINDS = {
  edit: 'An entry is not what it was',
  delete: 'Entries are missing',
  insert: 'An entry was put in',
  reorder: 'Entries stand in another order',
  truncation: 'Entries are missing at the end',
  fork: 'This is another history than the one that was signed',
  checkpoint: 'A checkpoint was changed',
  'wrong-key': 'A checkpoint is signed with a key that is not trusted',
  unreadable: 'The rest cannot be read',
} as const

export type DamageKind = keyof typeof DAMAGE_KINDS

export interface Damage {
  kind: DamageKind
  /** The first entry that is not as it was; for a checkpoint, the number of entries that it covers. */
  seq: number
  /** Where the damage lies in a range: the first entry behind it. */
  until?: number
  /** In a sentence, with the entry's number. */
  message: string
}

export function damage(kind: DamageKind, seq: number, how: string, until?: number): Damage {
  const where =
    kind === 'checkpoint' || kind === 'wrong-key'
      ? `checkpoint at ${seq}`
      : until === undefined
        ? `entry ${seq}`
        : `entries ${seq} to ${until - 1}`
  return { kind, seq, ...(until !== undefined && { until }), message: `${DAMAGE_KINDS[kind]}: ${where}: ${how}.` }
}
