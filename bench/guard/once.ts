/** `node once.ts read|guard <folder>`: one go in this process; prints what it took as JSON. */
import { readTree } from '@slipway/guards/folder-tree';
import { GUARDS } from '@slipway/guards/registry';
import { runGuards } from '@slipway/guards/run-guards';

const [what, folder = '.'] = process.argv.slice(2);
const began = performance.now();
const tree = await readTree(folder);
let [count, first] = [0, null as number | null];
if (what === 'read') for (const { path } of tree.files) count += (await tree.read(path))?.length ?? 0;
else
  for await (const event of runGuards({ tree, today: '2026-01-01', guards: GUARDS })) {
    first ??= performance.now() - began;
    if (event.kind === 'found') count += 1;
  }
const megabytes = process.resourceUsage().maxRSS / 1024;
console.log(
  JSON.stringify({ files: tree.files.length, count, milliseconds: performance.now() - began, first, megabytes }),
);
