/** Name of a route → its method and path; put in by vite.config.ts. */
declare const __ROUTES__: Readonly<Record<string, readonly [method: string, path: string]>>;
