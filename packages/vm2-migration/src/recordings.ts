import { channel } from 'node:diagnostics_channel'
import { appendFileSync, mkdirSync } from 'node:fs'
import { appendFile, mkdir, readdir, stat, unlink } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { FallBackEvent, Recording } from './recording.js'

/** Every line of a recording is published here too, as a {@link Recording}. */
export const RECORDING_CHANNEL = 'beddel:vm2-migration:recording'
/** A {@link FallBackEvent} is published here. */
export const FALL_BACK_CHANNEL = 'beddel:vm2-migration:fall-back'
const published = channel(RECORDING_CHANNEL)
const fallBacks = channel(FALL_BACK_CHANNEL)

/** Where recordings go if nothing else is said: in the working directory. */
export const DEFAULT_FOLDER = '.beddel/migration'

export interface RecordingOptions {
  /** Default `.beddel/migration` in the working directory. */
  folder?: string
  /** Values and messages too, at most 2 000 characters of each. Default false: types and hashes only. */
  values?: boolean
  /** Size at which a file is closed, in bytes. Default 4 MiB. */
  fileBytes?: number
  /** Files in the folder; older ones are deleted. Default 16. */
  files?: number
}

/** Lines that wait for the disk are written after so long, … */
const FLUSH_MS = 500
/** … or when they are so many characters; … */
const FLUSH_AT = 64 * 1_024
/** … and where the disk does not take them, more than so many are dropped. */
const MAX_WAITING = 4 * 1_048_576

/** Appends lines to files of a folder. It never throws and nobody waits for it. */
export class RecordingFolder {
  #lines: string[] = []
  #length = 0
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()
  #file: string | undefined
  #written = 0
  #number = 0
  #warned = false
  /** Lines that were dropped, since the disk did not take them. */
  dropped = 0

  constructor(
    readonly folder: string,
    readonly fileBytes: number,
    readonly files: number,
  ) {}

  add(line: Recording | FallBackEvent): void {
    const text = `${JSON.stringify(line)}\n`
    if (this.#length + text.length > MAX_WAITING) {
      this.dropped++
      return
    }
    this.#lines.push(text)
    this.#length += text.length
    if (this.#length >= FLUSH_AT) void this.flush()
    else this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS).unref()
  }

  /** Resolves when what was added is on disk, or was dropped. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write())
    return this.#writing
  }

  /** What is left when the process ends. */
  flushNow(): void {
    const text = this.#taken()
    if (text === '') return
    try {
      mkdirSync(this.folder, { recursive: true })
      appendFileSync(this.#file ?? this.#nextFile(), text)
    } catch (error) {
      this.#failed(error)
    }
  }

  async #write(): Promise<void> {
    const text = this.#taken()
    if (text === '') return
    try {
      if (this.#file === undefined || this.#written >= this.fileBytes) await this.#rotate()
      await appendFile(this.#file as string, text)
      this.#written += Buffer.byteLength(text)
    } catch (error) {
      this.#failed(error)
    }
  }

  #taken(): string {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const text = this.#lines.join('')
    this.#lines = []
    this.#length = 0
    return text
  }

  async #rotate(): Promise<void> {
    await mkdir(this.folder, { recursive: true })
    this.#nextFile()
    const names = (await readdir(this.folder)).filter((name) => name.endsWith('.jsonl'))
    // One place is for the file that begins now.
    if (names.length < this.files) return
    const aged = await Promise.all(names.map(async (name) => ({ name, at: await changedAt(join(this.folder, name)) })))
    const old = aged.toSorted((a, b) => a.at - b.at).slice(0, names.length - this.files + 1)
    await Promise.all(old.map(({ name }) => unlink(join(this.folder, name)).catch(() => {})))
  }

  #nextFile(): string {
    this.#written = 0
    return (this.#file = join(this.folder, `${Date.now()}-${process.pid}-${++this.#number}.jsonl`))
  }

  #failed(error: unknown): void {
    this.#file = undefined
    this.dropped++
    if (this.#warned) return
    this.#warned = true
    process.emitWarning(`Recordings cannot be written to ${this.folder}: ${(error as Error).message}. The program goes on without them.`, {
      type: 'Vm2MigrationWarning',
      code: 'BEDDEL_VM2_RECORDINGS',
    })
  }
}

async function changedAt(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.mtimeMs ?? 0
}

const folders = new Map<string, RecordingFolder>()

/** The one writer for a folder in this process. */
export function recordingFolder({ folder = DEFAULT_FOLDER, fileBytes = 4 * 1_048_576, files = 16 }: RecordingOptions): RecordingFolder {
  const path = resolve(folder)
  let found = folders.get(path)
  if (found === undefined) {
    if (folders.size === 0) process.on('exit', flushAllNow)
    found = new RecordingFolder(path, fileBytes, files)
    folders.set(path, found)
  }
  return found
}

function flushAllNow(): void {
  for (const folder of folders.values()) folder.flushNow()
}

/** Writes all lines that wait. */
export async function flushRecordings(): Promise<void> {
  await Promise.all([...folders.values()].map((folder) => folder.flush()))
}

/** Tells who listens, and the folder where there is one. */
export function record(line: Recording, folder: RecordingFolder | undefined): void {
  quietly(() => published.publish(line))
  folder?.add(line)
}

export function recordFallBack(event: FallBackEvent, folder: RecordingFolder | undefined): void {
  quietly(() => fallBacks.publish(event))
  folder?.add(event)
  if (fallBacks.hasSubscribers) return
  process.emitWarning(
    `${event.site} went back from "${event.from}" to "${event.to}": ${event.cause} ${event.rate.toFixed(4)} in ${event.runs} runs, over ${event.threshold}.`,
    { type: 'Vm2MigrationWarning', code: 'BEDDEL_VM2_FALL_BACK' },
  )
}

/** Node gives what a subscriber throws to the process already; what is left must not reach a caller of a guest. */
function quietly(publish: () => void): void {
  try {
    publish()
  } catch {}
}
