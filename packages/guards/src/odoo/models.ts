/** Which models a Python file defines or extends: by text, since nothing is run. */
const STRING = /(['"])([a-z_][\w.]*)\1/g;
const DECLARED =
  /^[ \t]+_(?:name|inherit)\s*(?::[^=\n]+)?=\s*(?:(['"])([\w.]+)\1|([[(][^\])]{0,4000}[\])])|(\S[^\n]*))/gm;

export interface DeclaredModels {
  readonly names: readonly string[];
  /** Whether a name is computed, so that there are models which the text does not tell. */
  readonly computed: boolean;
}

export const declaredModels = (python: string): DeclaredModels => {
  const names: string[] = [];
  let computed = false;
  for (const [, , name, list, other] of python.matchAll(DECLARED)) {
    if (name !== undefined) names.push(name);
    else if (list !== undefined) for (const [, , each = ''] of list.matchAll(STRING)) names.push(each);
    else if (!/^(?:None|False|_name|_inherit)\b/.test(other ?? '')) computed = true;
  }
  return { names, computed };
};

/** Odoo's id of a model's record: `model_sale_order` of `sale.order`. */
export const modelId = (model: string): string => `model_${model.replaceAll('.', '_')}`;
