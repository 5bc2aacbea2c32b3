/** A large repository in which nothing is wrong. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const lines = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n');

const view = (name: string, i: number): string => `<?xml version="1.0" encoding="utf-8"?>
<odoo>
${lines(20, (at) => `  <record id="view_${i}_${at}" model="ir.ui.view"><field name="name">${name} ${at}</field><field name="arch" type="xml"><form><field name="name"/></form></field></record>`)}
</odoo>
`;

const moduleFiles = (name: string, before: string): Readonly<Record<string, string>> => {
  const views = Array.from({ length: 6 }, (_, i) => `views/view_${i}.xml`);
  return {
    '__manifest__.py': `{
    'name': '${name}', 'version': '19.0.1.0.0', 'license': 'LGPL-3', 'author': 'A', 'category': 'Sales',
    'depends': ['${before}'],
    'data': ['security/ir.model.access.csv', ${views.map((file) => `'${file}'`).join(', ')}],
    'assets': {'web.assets_backend': ['${name}/static/src/**/*.js']},
}
`,
    '__init__.py': 'from . import models\n',
    'models/__init__.py': lines(5, (i) => `from . import model_${i}`),
    ...Object.fromEntries(
      Array.from({ length: 5 }, (_, i) => [
        `models/model_${i}.py`,
        `from odoo import fields, models\n\n\nclass Model(models.Model):\n    _name = '${name}.m${i}'\n${lines(60, (at) => `    field_${at} = fields.Char('Field ${at}', help="What it is for")`)}\n`,
      ]),
    ),
    'security/ir.model.access.csv': `id,name,model_id:id,group_id:id,perm_read,perm_write,perm_create,perm_unlink\n${lines(5, (i) => `a${i},a${i},model_${name}_m${i},base.group_user,1,1,1,0`)}\n`,
    ...Object.fromEntries(views.map((file, i) => [file, view(name, i)])),
    ...Object.fromEntries(
      Array.from({ length: 4 }, (_, i) => [
        `static/src/js/part_${i}.js`,
        lines(80, (at) => `export const value${at} = ${at};`),
      ]),
    ),
    'README.md': `# ${name}\n`,
  };
};

/** Answers how many files were written: 20 for each module, and a slipway.yaml. */
export const writeRepository = async (folder: string, modules: number): Promise<number> => {
  let files = 1;
  await writeFile(
    join(folder, 'slipway.yaml'),
    "version: 1\nname: large\nodoo:\n  series: '19.0'\n  addons: [addons]\n",
  );
  for (let i = 0; i < modules; i += 1) {
    for (const [path, text] of Object.entries(moduleFiles(`mod_${i}`, i === 0 ? 'base' : `mod_${i - 1}`))) {
      const file = join(folder, 'addons', `mod_${i}`, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
      files += 1;
    }
  }
  return files;
};
