/** A choice that is kept in this browser. Storage may be refused: then it lasts as long as the page. */
export const readKept = (name: string): string | null => {
  try {
    return localStorage.getItem(`slipway.${name}`);
  } catch {
    return null;
  }
};

export const keep = (name: string, value: string | null): void => {
  try {
    if (value === null) localStorage.removeItem(`slipway.${name}`);
    else localStorage.setItem(`slipway.${name}`, value);
  } catch {
    // Kept for this page only.
  }
};
