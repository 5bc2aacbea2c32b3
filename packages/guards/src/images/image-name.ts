/** `registry:5000/owner/name:tag@sha256:…` in its parts. */
export interface ImageName {
  readonly name: string;
  readonly tag: string | null;
  readonly digest: boolean;
}

export const imageName = (text: string): ImageName => {
  const [plain = '', digest] = text.split('@');
  const colon = plain.lastIndexOf(':');
  const tagged = colon > plain.lastIndexOf('/');
  return {
    name: tagged ? plain.slice(0, colon) : plain,
    tag: tagged ? plain.slice(colon + 1) : null,
    digest: digest !== undefined,
  };
};

/** A variable decides: nothing can be said of it here. */
export const isOpen = (text: string): boolean => text.includes('$') || text.includes('{{');

/** Made by `slipway image build`, on the machine where it is used. */
export const isOurs = (text: string): boolean => /^slipway\//.test(text);

/** Images whose own Dockerfile ends as another user than root. Official `odoo` does (`USER odoo`). */
const UNPRIVILEGED =
  /^((docker\.io\/)?(library\/)?odoo|slipway\/odoo|gcr\.io\/distroless\/.*nonroot.*|(docker\.io\/)?bitnami\/.+|(docker\.io\/)?nginxinc\/nginx-unprivileged)$/;
export const runsUnprivileged = (text: string): boolean => {
  const { name, tag } = imageName(text);
  return UNPRIVILEGED.test(name) || tag === 'nonroot';
};

export const isRoot = (user: string): boolean => /^(root|0)(:.*)?$/.test(user.trim());
