import { marked } from '../local/marked-region.ts';
import { PINS } from './pins.ts';
import { expression } from './text.ts';
import type { GeneratedFile } from './workflow.ts';

const TEXT = `# Puts the command line of Slipway on the PATH, out of a copy of its repository at a commit that you choose.
name: Slipway command line
description: Installs the slipway command from its repository at a given commit.
inputs:
  repository:
    description: Repository of Slipway, owner/name (variable SLIPWAY_REPOSITORY).
    required: true
  ref:
    description: Commit of it (variable SLIPWAY_REF).
    required: true
runs:
  using: composite
  steps:
    - name: Is it said which Slipway?
      shell: bash
      env:
        REPOSITORY: ${expression('inputs.repository')}
        REF: ${expression('inputs.ref')}
      run: |
        if [[ -z "$REPOSITORY" || ! "$REF" =~ ^[0-9a-f]{40}$ ]]; then
          echo "::error::Set the variables SLIPWAY_REPOSITORY (owner/name) and SLIPWAY_REF (a commit, 40 digits) of this repository."
          exit 1
        fi
    - uses: ${PINS.checkout}
      with:
        repository: ${expression('inputs.repository')}
        ref: ${expression('inputs.ref')}
        path: .slipway-cli
        persist-credentials: false
    - uses: ${PINS.setupNode}
      with:
        node-version: 24
        cache: npm
        cache-dependency-path: .slipway-cli/package-lock.json
    # Out of the checkout, so that no guard looks at it.
    - name: Install
      shell: bash
      run: |
        mv .slipway-cli "$RUNNER_TEMP/slipway"
        # Not npm ci: it insists on every platform's optional packages, which the lock file has not.
        npm install --prefix "$RUNNER_TEMP/slipway" --omit=dev --no-save --no-audit --no-fund
        mkdir -p "$RUNNER_TEMP/slipway-bin"
        ln -s "$RUNNER_TEMP/slipway/packages/cli/bin/slipway.js" "$RUNNER_TEMP/slipway-bin/slipway"
        echo "$RUNNER_TEMP/slipway-bin" >> "$GITHUB_PATH"`;

/** The one place where jobs get the CLI from. */
export const slipwayAction = (): GeneratedFile => {
  const region = { name: 'action', text: TEXT };
  return { path: '.github/actions/slipway/action.yml', regions: [region], text: `${marked(region)}\n` };
};
