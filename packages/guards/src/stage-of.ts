/** Which stage a file is about, by its name: `compose.staging.yaml`, `.do/production/app.yaml`, `.env.prod`. */
export type FileStage = 'preview' | 'staging' | 'production';

const WORDS: readonly (readonly [FileStage, RegExp])[] = [
  ['preview', /(^|[^a-z])(preview|previews|review|pr)([^a-z]|$)/],
  ['staging', /(^|[^a-z])(staging|stage|stg|preprod|uat)([^a-z]|$)/],
  ['production', /(^|[^a-z])(production|prod|live)([^a-z]|$)/],
];

export const stageOf = (text: string): FileStage | null => {
  const lower = text.toLowerCase();
  return WORDS.find(([, word]) => word.test(lower))?.[0] ?? null;
};
