import { Failure } from '@slipway/contracts/failure';

/**
 * Text of `hooks/post-receive` for a bare repository: tells Slipway of each branch that was pushed. It never fails
 * a push: git has taken the commits already, and Slipway polls anyway. Needs sh and curl. The token goes to curl on
 * its standard input, so it shows in no process list.
 */
export const postReceiveHook = (to: { readonly url: string; readonly token: string }): string => {
  for (const [name, value] of Object.entries(to))
    if (!/^[\x21-\x7e]+$/.test(value))
      throw new Failure('usage', { reason: `the ${name} must be printable and without blanks` });
  const config = [
    `url = ${curlQuoted(`${to.url.replace(/\/+$/, '')}/webhooks/git`)}`,
    `header = ${curlQuoted(`Authorization: Bearer ${to.token}`)}`,
    'header = "Content-Type: application/json"',
  ].join('\n');
  return `#!/bin/sh
# Tells Slipway what was pushed. Written by Slipway; keep it readable by its owner only (chmod 700): it holds a token.
config=${shellQuoted(config)}
while read -r before after ref; do
  case "$ref" in refs/heads/*) ;; *) continue ;; esac
  case "$ref" in *[\\"\\\\]*) echo "slipway: not told of $ref: odd name" >&2; continue ;; esac
  printf '%s\\n' "$config" | curl --silent --show-error --fail --max-time 10 --output /dev/null --config - \\
    --data "{\\"ref\\":\\"$ref\\",\\"before\\":\\"$before\\",\\"after\\":\\"$after\\"}" \\
    || echo "slipway: could not be told of $ref; it will find the push when it polls" >&2
done
exit 0
`;
};

const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const curlQuoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
