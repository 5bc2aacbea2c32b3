/** Which rows somebody sees. Null: all of them; what does not depend on who asks has EVERYTHING. */
export interface Sight {
  readonly organisation: string | null;
  readonly projects: readonly string[] | null;
}

export const EVERYTHING: Sight = { organisation: null, projects: null };

/** For `($1::text is null or organisation = $1) and ($2::text[] is null or project = any($2))`. */
export const sightValues = ({ organisation, projects }: Sight) => [organisation, projects] as const;
