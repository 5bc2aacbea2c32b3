/** Which files are compose files, app specs, workflows, by their names and, where a name says too little, by what is in them. */

const COMPOSE = /(^|\/)(docker-)?compose([.-][\w.-]+)?\.ya?ml$/;
const WORKFLOW = /^\.github\/workflows\/[^/]+\.ya?ml$/;
const APP_SPEC = /(^|\/)(\.do\/.+|[\w.-]*app[-_.]?spec[\w.-]*)\.ya?ml$/;
const DOCKERFILE = /(^|\/)((Docker|Container)file([.-][\w.-]+)?|[\w-]+\.[Dd]ockerfile)$/;

export const isCompose = (path: string): boolean => COMPOSE.test(path);
export const isWorkflow = (path: string): boolean => WORKFLOW.test(path);
export const isAppSpec = (path: string): boolean => APP_SPEC.test(path);
export const isDockerfile = (path: string): boolean => DOCKERFILE.test(path) && !path.endsWith('.md');

type Fields = Readonly<Record<string, unknown>>;
export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** An app spec stands alone, or under `spec` in a file for the "Deploy to DigitalOcean" button. */
export const appSpecIn = (data: unknown): { readonly spec: Fields; readonly at: readonly string[] } => {
  const fields = fieldsOf(data);
  return fields.name === undefined && fields.spec !== undefined
    ? { spec: fieldsOf(fields.spec), at: ['spec'] }
    : { spec: fields, at: [] };
};
