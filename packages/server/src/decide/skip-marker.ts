const MARKER = /\[(skip ci|ci skip|skip slipway)\]/i;

/** The marker by which somebody asks for no build, as it was written; null when there is none. */
export const skipMarker = (text: string | undefined): string | null => MARKER.exec(text ?? '')?.[0] ?? null;
