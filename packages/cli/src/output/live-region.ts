import type { Output } from '../io.ts';
import { displayWidth, truncate } from './display-width.ts';

/** A few lines that are drawn over again on a terminal; elsewhere each changed text is one more line. */
export class LiveRegion {
  readonly #output: Output;
  readonly #quiet: boolean;
  #drawn = 0;
  #last = '';

  constructor(output: Output, quiet: boolean) {
    this.#output = output;
    this.#quiet = quiet;
  }

  /** `lines` for a terminal; `plain` for the rest, where nothing is written while it stays the same. */
  show(lines: readonly string[], plain: string): void {
    if (this.#quiet) return;
    if (this.#output.isTTY !== true) {
      if (plain !== this.#last) this.#output.write(`${plain}\n`);
      this.#last = plain;
      return;
    }
    const columns = (this.#output.columns ?? 80) - 1;
    const cut = lines.map((line) =>
      displayWidth(plainText(line)) > columns ? truncate(plainText(line), columns, '') : line,
    );
    this.#output.write(`${this.#up()}${cut.join('\n')}\n`);
    this.#drawn = cut.length;
  }

  /** Takes the region away, so that the result stands alone. */
  clear(): void {
    if (this.#drawn > 0) this.#output.write(this.#up());
    this.#drawn = 0;
  }

  #up(): string {
    return this.#drawn > 0 ? `\u001b[${this.#drawn}A\u001b[J` : '';
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: our own colours take no columns
const plainText = (text: string): string => text.replace(/\u001b\[\d+m/g, '');
