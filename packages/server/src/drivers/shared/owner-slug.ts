import { createHash } from 'node:crypto';

/**
 * The part of a container's or network's name that stands for an environment: `shop/pr-12` becomes `shop.pr-12`.
 * Different owners never share one: whatever has other characters, or is long, gets a hash at its end.
 */
export const ownerSlug = (owner: string): string => {
  const plain = owner.replaceAll('/', '.');
  if (/^[a-z0-9][a-z0-9-]*(\/[a-z0-9-]+)*$/.test(owner) && plain.length <= 60) return plain;
  const hash = createHash('sha256').update(owner).digest('hex').slice(0, 10);
  const readable = plain
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 40);
  return `${readable || 'x'}_${hash}`;
};
