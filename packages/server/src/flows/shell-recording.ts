import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { Redactor } from '../evidence/redactor.ts';
import type { TerminalSize } from '../ports/terminals.ts';

/** A secret may come in pieces: what is not older or longer ago than this is held back until it is known whole. */
const HELD_CHARACTERS = 8192;
const HELD_MILLISECONDS = 3000;

export interface RecordingFacts {
  readonly folder: string;
  readonly id: string;
  readonly title: string;
  readonly command: readonly string[];
  readonly size: TerminalSize;
  readonly redactor: Redactor;
  /** Milliseconds of some clock. */
  readonly now: () => number;
  readonly mostBytes: number;
}

type Kind = 'o' | 'i' | 'r';
interface Piece {
  readonly at: number;
  readonly kind: Kind;
  readonly text: string;
}

export const recordingFile = (folder: string, id: string): string => join(folder, `${id}.cast`);

/**
 * What a shell shows, as asciicast v2 (https://docs.asciinema.org/manual/asciicast/v2/), with known secrets masked before a byte is
 * written. What is typed at a terminal is not recorded, since passwords are typed there; what it shows is.
 */
export class Recording {
  readonly #facts: RecordingFacts;
  readonly #file: FileHandle;
  readonly #begun: number;
  readonly #decoders = { o: new StringDecoder('utf8'), i: new StringDecoder('utf8') };
  #held: Piece[] = [];
  #writing: Promise<void> = Promise.resolve();
  #error: unknown = null;
  #timer: NodeJS.Timeout | null = null;
  bytes = 0;

  static async open(facts: RecordingFacts): Promise<Recording> {
    await mkdir(facts.folder, { recursive: true, mode: 0o700 });
    const file = await open(recordingFile(facts.folder, facts.id), 'wx', 0o600);
    return new Recording(facts, file);
  }

  private constructor(facts: RecordingFacts, file: FileHandle) {
    this.#facts = facts;
    this.#file = file;
    this.#begun = facts.now();
    const { columns: width, rows: height } = facts.size;
    const command = facts.command.length === 0 ? {} : { command: facts.redactor.text(facts.command.join(' ')) };
    const head = { version: 2, width, height, timestamp: Math.floor(this.#begun / 1000), title: facts.title };
    this.#line({ ...head, ...command });
  }

  /** False when it is full, or cannot be written: then the shell must not go on. */
  get goesOn(): boolean {
    return this.#error === null && this.bytes < this.#facts.mostBytes;
  }

  shown(chunk: Uint8Array): void {
    this.#hold('o', this.#decoders.o.write(Buffer.from(chunk)));
  }

  typed(chunk: Uint8Array): void {
    this.#hold('i', this.#decoders.i.write(Buffer.from(chunk)));
  }

  resized({ columns, rows }: TerminalSize): void {
    this.#hold('r', `${columns}x${rows}`);
  }

  /** Answers how long it became. */
  async close(): Promise<number> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#let(0);
    await this.#writing;
    await this.#file.close();
    return this.bytes;
  }

  #hold(kind: Kind, text: string): void {
    if (text === '') return;
    this.#held.push({ at: this.#facts.now(), kind, text });
    const held = this.#held.reduce((sum, piece) => sum + piece.text.length, 0);
    if (held > 2 * HELD_CHARACTERS) this.#let(HELD_CHARACTERS);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#let(0), HELD_MILLISECONDS);
    this.#timer.unref();
  }

  /** Writes all but the last so many characters. */
  #let(keep: number): void {
    const masked = maskPieces(this.#held, this.#facts.redactor);
    let left = this.#held.reduce((sum, piece) => sum + piece.text.length, 0);
    let count = 0;
    while (count < masked.length && left > keep && (keep === 0 || masked[count]?.whole === true)) {
      left -= this.#held[count]?.text.length ?? 0;
      count += 1;
    }
    for (const { at, kind, text } of masked.slice(0, count))
      this.#line([Math.round(at - this.#begun) / 1000, kind, text]);
    this.#held = this.#held.slice(count);
  }

  #line(value: unknown): void {
    const text = `${JSON.stringify(value)}\n`;
    this.bytes += Buffer.byteLength(text);
    this.#writing = this.#writing
      .then(() => this.#file.appendFile(text))
      .catch((error: unknown) => {
        this.#error ??= error;
      });
  }
}

interface Masked extends Piece {
  /** No secret goes on into the next piece. */
  readonly whole: boolean;
}

/** Over the seams: a secret that came in three pieces is masked in the first and gone from the others. Sizes hold no secret. */
export const maskPieces = (pieces: readonly Piece[], redactor: Redactor): readonly Masked[] => {
  const spans = { o: spansOf(pieces, 'o', redactor), i: spansOf(pieces, 'i', redactor) };
  const offsets = { o: 0, i: 0 };
  return pieces.map((piece) => {
    if (piece.kind === 'r') return { ...piece, whole: true };
    const from = offsets[piece.kind];
    const to = from + piece.text.length;
    offsets[piece.kind] = to;
    return { ...piece, ...maskPiece(piece.text, { from, to, spans: spans[piece.kind] }) };
  });
};

type Spans = ReturnType<Redactor['spans']>;

const spansOf = (pieces: readonly Piece[], kind: 'o' | 'i', redactor: Redactor): Spans =>
  redactor.spans(
    pieces
      .filter((piece) => piece.kind === kind)
      .map(({ text }) => text)
      .join(''),
  );

const maskPiece = (
  text: string,
  { from, to, spans }: { readonly from: number; readonly to: number; readonly spans: Spans },
): Pick<Masked, 'text' | 'whole'> => {
  let masked = '';
  let at = from;
  for (const [begin, end] of spans) {
    if (end <= from || begin >= to) continue;
    masked += text.slice(at - from, Math.max(begin, from) - from);
    if (begin >= from) masked += '[secret]';
    at = Math.min(end, to);
  }
  masked += text.slice(at - from);
  return { text: masked, whole: !spans.some(([begin, end]) => begin < to && end > to) };
};

/** Of a shell: what is known to be secret now. What comes to be known later is followed. */
export const redactorFor = (secrets: ConstructorParameters<typeof Redactor>[0]): Redactor => new Redactor(secrets);
