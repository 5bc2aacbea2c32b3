import { appendFileSync } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import type { Clock } from '../../domain/clock.ts';

export interface LogFileSettings {
  readonly file: string;
  /** A file of this size is put aside: `file` becomes `file.1`, that one `file.2` … */
  readonly maxBytes: number;
  /** How many are kept aside. */
  readonly keep: number;
}

/** Beyond this what is to be written is lost: memory must not stand in for a disk that is full. */
const MOST_WAITING_BYTES = 4 * 1024 * 1024;
const TRY_AGAIN_MILLISECONDS = 1000;
/** How long an end waits for the disk. */
const CLOSE_MILLISECONDS = 1000;

/**
 * A log that is rotated by size, for pino to write to. `write` only remembers; nothing ever waits for the disk, and a disk that is full, slow
 * or gone costs lines, never a request. How many were lost is written when there is room again.
 */
export class LogFile {
  readonly #settings: LogFileSettings;
  readonly #clock: Clock;
  readonly #closing = new AbortController();
  #waiting: string[] = [];
  #waitingBytes = 0;
  #lost = 0;
  /** The last write broke off, perhaps in the middle of a line. */
  #torn = false;
  #handle: FileHandle | null = null;
  #size = 0;
  #pumping: Promise<void> | null = null;

  constructor(settings: LogFileSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
    process.once('exit', () => this.#writeLast());
  }

  /** One line or several, with their line ends. */
  write(text: string): void {
    if (this.#waitingBytes + text.length > MOST_WAITING_BYTES) {
      this.#lost += 1;
      return;
    }
    this.#waiting.push(text);
    this.#waitingBytes += text.length;
    this.#pumping ??= this.#pump();
  }

  /** Writes what waits, if the disk takes it within a second. */
  async close(): Promise<void> {
    this.#closing.abort();
    const pumping = this.#pumping ?? Promise.resolve();
    await Promise.race([pumping, this.#clock.sleep(CLOSE_MILLISECONDS)]);
    await this.#shut();
  }

  async #pump(): Promise<void> {
    while (this.#waiting.length > 0) {
      const lines = this.#take();
      try {
        await this.#append(lines);
      } catch {
        // Whom could we tell? The number of lost lines is told when it works again.
        this.#lost += lines.length;
        this.#torn = true;
        await this.#shut();
        if (this.#closing.signal.aborted) break;
        await this.#clock.sleep(TRY_AGAIN_MILLISECONDS, this.#closing.signal);
      }
    }
    this.#pumping = null;
  }

  #take(): string[] {
    const lines = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    return lines;
  }

  async #append(lines: readonly string[]): Promise<void> {
    if (this.#handle !== null && this.#size >= this.#settings.maxBytes) await this.#rotate();
    if (this.#handle === null) {
      this.#handle = await open(this.#settings.file, 'a', 0o600);
      this.#size = (await this.#handle.stat()).size;
    }
    const lost = this.#lost;
    const bytes = Buffer.from(`${this.#torn ? '\n' : ''}${this.#lostLine(lost)}${lines.join('')}`);
    await this.#handle.appendFile(bytes);
    this.#size += bytes.length;
    this.#lost -= lost;
    this.#torn = false;
  }

  #lostLine(lost: number): string {
    if (lost === 0) return '';
    const time = this.#clock.now().getTime();
    return `${JSON.stringify({ level: 40, time, lost, msg: 'log lines were lost: they could not be written' })}\n`;
  }

  /** From the oldest on, so that each name is free when it is needed. One that cannot be renamed is tried again with the next lines. */
  async #rotate(): Promise<void> {
    const { file, keep } = this.#settings;
    await this.#shut();
    for (let number = keep - 1; number >= 1; number--)
      await rename(`${file}.${number}`, `${file}.${number + 1}`).catch(ignoreAbsent);
    await rename(file, `${file}.1`).catch(ignoreAbsent);
  }

  async #shut(): Promise<void> {
    const handle = this.#handle;
    this.#handle = null;
    await handle?.close().catch(() => undefined);
  }

  /** The process ends at once: one attempt for what waits, and no second one. */
  #writeLast(): void {
    if (this.#waiting.length === 0) return;
    try {
      appendFileSync(this.#settings.file, this.#take().join(''), { mode: 0o600 });
    } catch {
      // The disk is full, and nobody is left to wait for it.
    }
  }
}

const ignoreAbsent = (error: unknown): void => {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
};
