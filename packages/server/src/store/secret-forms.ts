import type { Secret } from '../domain/secret.ts';

/** Shorter values are not masked: they would blacken half of every log and are no secrets. */
const SHORTEST = 4;
const SHORTEST_LINE = 8;

/** Every way in which a secret may stand in a text: as it is, its lines, and its usual encodings. The one place outside drivers that reveals. */
export const secretForms = (secret: Secret): string[] => {
  const value = secret.reveal();
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  const parts = [
    value,
    value.trim(),
    ...(lines.length > 1 ? lines.filter((line) => line.length >= SHORTEST_LINE) : []),
  ];
  return [...new Set(parts.filter((part) => part.length >= SHORTEST).flatMap(encodings))];
};

const encodings = (value: string): string[] => {
  const percent = encodeURIComponent(value.toWellFormed());
  const json = JSON.stringify(value).slice(1, -1);
  const hex = Buffer.from(value, 'utf8').toString('hex');
  return [
    value,
    percent,
    percent.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    percent.replaceAll('%20', '+'),
    json,
    JSON.stringify(json).slice(1, -1),
    hex,
    hex.toUpperCase(),
    ...base64Forms(value),
  ];
};

/**
 * Inside a longer text that is base64 encoded (`user:password`) a value begins at one of three places within a group of three bytes;
 * the characters that it shares with its neighbours are left out.
 */
const base64Forms = (value: string): string[] => {
  const forms: string[] = [];
  for (const offset of [0, 1, 2]) {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value, 'utf8')]);
    const whole = bytes.toString('base64').replace(/=+$/, '');
    const first = [0, 2, 3][offset] as number;
    const last = bytes.length % 3 === 0 ? whole.length : whole.length - 1;
    const core = whole.slice(first, last);
    if (core.length >= SHORTEST) forms.push(core, core.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return forms;
};
