import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { Redactor } from '../evidence/redactor.ts';
import type { TerminalSize } from '../ports/terminals.ts';

/** A secret may come in pieces: so much is held back until it is known whole. */
const HELD_CHARACTERS = 8192;
/** After so long a silence all goes to the file but what may be the beginning of a secret: people type slowly. */
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
    this.#write(this.#held.length);
    await this.#writing;
    await this.#file.close();
    return this.bytes;
  }

  #hold(kind: Kind, text: string): void {
    if (text === '') return;
    this.#held.push({ at: this.#facts.now(), kind, text });
    const held = this.#held.reduce((sum, piece) => sum + piece.text.length, 0);
    if (held > 2 * HELD_CHARACTERS) this.#letOld();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#write(wholePieces(this.#held, this.#facts.redactor)), HELD_MILLISECONDS);
    this.#timer.unref();
  }

  /** Writes all but the last characters, and cuts no secret in two. */
  #letOld(): void {
    const masked = maskPieces(this.#held, this.#facts.redactor);
    const whole = { o: true, i: true, r: true };
    let left = this.#held.reduce((sum, piece) => sum + piece.text.length, 0);
    let count = 0;
    for (const [index, piece] of masked.entries()) {
      if (left <= HELD_CHARACTERS) break;
      left -= this.#held[index]?.text.length ?? 0;
      whole[piece.kind] = piece.whole;
      if (whole.o && whole.i) count = index + 1;
    }
    this.#write(count);
  }

  /** The first so many of what is held. */
  #write(count: number): void {
    const masked = maskPieces(this.#held, this.#facts.redactor);
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

/** How many of the pieces hold nothing that a secret may have begun in. */
const wholePieces = (pieces: readonly Piece[], redactor: Redactor): number => {
  const ends = { o: wholeUntil(pieces, 'o', redactor), i: wholeUntil(pieces, 'i', redactor) };
  const offsets = { o: 0, i: 0 };
  const open = pieces.findIndex(({ kind, text }) => {
    if (kind === 'r') return false;
    offsets[kind] += text.length;
    return offsets[kind] > ends[kind];
  });
  return open === -1 ? pieces.length : open;
};

const wholeUntil = (pieces: readonly Piece[], kind: 'o' | 'i', redactor: Redactor): number => {
  const text = textOf(pieces, kind);
  const end = text.length - redactor.begun(text);
  // One secret may be the beginning of another: what was found is not cut in two.
  const cut = redactor.spans(text).find(([from, to]) => from < end && to > end);
  return cut?.[0] ?? end;
};

const textOf = (pieces: readonly Piece[], kind: 'o' | 'i'): string =>
  pieces.map((piece) => (piece.kind === kind ? piece.text : '')).join('');

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
  redactor.spans(textOf(pieces, kind));

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
